"""A server for the evidence component alone, with the route of its charts' script."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.routing import Mount

from pages.parts.scripts import routes

app = st.App(
    Path(__file__).with_name("evidence_page.py"),
    routes=[Mount("/assets", app=routes())],
)
