"""A server for what the app knows of its visitors, and for the button that forgets a search."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from search.visitor_cookie import VisitorCookie

app = st.App(
    Path(__file__).with_name("visitor_page.py"),
    middleware=[Middleware(VisitorCookie, base=lambda: st.get_option("server.baseUrlPath"))],
)
