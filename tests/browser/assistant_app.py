"""A server for the assistant alone, with the routes that deal to it and listen to it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from tests.browser.judgements_route import ROUTES
from tests.browser.pictures_route import PICTURES

app = st.App(Path(__file__).with_name("assistant_page.py"), routes=[PICTURES, *ROUTES])
