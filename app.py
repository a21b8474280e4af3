"""The router: the server imports it to serve the app, Streamlit runs it to draw a page."""

import streamlit as st

from pages._ui.evaluate import live
from pages._ui.server import no_delay as promptly
from pages._ui.server import security_headers as security
from pages._ui.server import thumbnails as thumbs
from pages._ui.shell import navigation

if __name__ == "__main__":
    navigation.run()
else:
    app = st.App(
        __file__,
        routes=[*live.ROUTES, *thumbs.ROUTES],
        middleware=[*promptly.MIDDLEWARE, *security.MIDDLEWARE],
    )
