"""The router: the server imports it to serve the app, Streamlit runs it to draw a page."""

import streamlit as st

from pages._ui.server import (
    admission,
    answer_headers,
    following,
    live,
    no_delay,
    stopping,
    thumbnails,
)
from pages._ui.shell import navigation

if __name__ == "__main__":
    navigation.run()
else:
    no_delay.switch_often()
    app = st.App(
        __file__,
        routes=admission.for_people([*following.ROUTES, *live.ROUTES, *thumbnails.ROUTES]),
        lifespan=stopping.lifespan,
        middleware=[*no_delay.MIDDLEWARE, *answer_headers.MIDDLEWARE],
    )
