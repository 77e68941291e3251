"""A server for an uploader whose files are let go of."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).with_name("uploads_page.py"))
