"""A page that the database kept from being drawn is drawn again as soon as that answers."""

from __future__ import annotations

from itertools import count

import streamlit as st

from pages.parts.running import database_answers
from pages.parts.texts import texts
from search.errors import DatabaseUnavailable, LikenessError

LOOK_SECONDS = 3.0


def come_back_after(error: LikenessError) -> None:
    """Say that the page goes on by itself, and let it: only if it is the database that is away.

    It is the database that is asked, and not the page drawn over and over: a search would ask the
    encoder each time, for an embedding that cannot be kept.
    """
    if isinstance(error, DatabaseUnavailable):
        looks = count()
        st.fragment(lambda: _look(next(looks)), run_every=LOOK_SECONDS)()


def _look(number: int) -> None:
    t = texts()
    st.caption(t.text("error.goes_on"))
    # The first look is part of the run that has just failed.
    if number and database_answers():
        st.toast(t.text("error.is_back"), icon=":material/check_circle:")
        st.rerun(scope="app")
