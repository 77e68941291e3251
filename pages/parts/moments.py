"""When something was, as the reader's clock says it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from search.language import Language
from search.usage.span import zone_named


def reader_zone() -> str:
    """Return the name of the browser's time zone; UTC where it tells none, as in a test."""
    zone = st.context.timezone
    return zone if isinstance(zone, str) else "UTC"


def moment(at: datetime, t: Language) -> str:
    """Say a moment, aware, in the reader's language and time zone: day, month, year, time."""
    return t.moment(at, zone_named(reader_zone()))
