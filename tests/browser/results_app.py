"""A server for the results component alone: its page, its pictures, and who listens to verdicts."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from tests.browser.judgements_route import ROUTES
from tests.browser.pictures_route import PICTURES

app = st.App(Path(__file__).with_name("results_page.py"), routes=[PICTURES, *ROUTES])
