"""Beside Streamlit: routes, headers, the queue of drawings."""
