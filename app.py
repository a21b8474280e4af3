"""The router: the server imports it to serve the app, Streamlit runs it to draw a page."""

import streamlit as st

from pages._ui import live, navigation, promptly, security, thumbs

if __name__ == "__main__":
    navigation.run()
else:
    app = st.App(
        __file__,
        routes=[*live.ROUTES, *thumbs.ROUTES],
        middleware=[*promptly.MIDDLEWARE, *security.MIDDLEWARE],
    )
