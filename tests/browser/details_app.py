"""A server for the details of a product alone: its page, and pictures where the app has them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.routing import Mount, Route, Router

from tests.browser.pictures_route import picture

app = st.App(
    Path(__file__).with_name("details_page.py"),
    routes=[Mount("/api/pictures", app=Router(routes=[Route("/{number:int}", picture)]))],
)
