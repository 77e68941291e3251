"""What is kept of a photo, for how long, and who else gets it; and a way to have it forgotten."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import insist
from pages.parts.errors import spoken_plainly
from pages.parts.forgetting import forgotten_said
from pages.parts.history.forget import show_forget
from pages.parts.plain import plain
from pages.parts.visitor import visitor
from search.access.roles import Right
from search.engine import SearchEngine
from search.errors import LikenessError, StoreError
from search.language import Language
from search.photo import SHORTEST_SIDE, SMALL_SIDE

# What there is to say of a search that was forgotten a moment ago: a sentence, and whether it is
# that it could not be done.
_SAID = "forgetting_said"


def show_privacy(engine: SearchEngine, t: Language) -> None:
    """Say in a quiet line what is kept of a photo, for how long, and where it is sent."""
    st.caption(f"{_kept_said(engine, t)} {_sent_said(engine, t)}")


def forget_button(
    engine: SearchEngine, search_id: UUID, t: Language, on_forgotten: Callable[[], None]
) -> None:
    """Offer to forget a search, which asks once more; only to whoever made it and has a history.

    `on_forgotten` is called when it is deleted, before the page runs again. What was deleted, or
    why it was not, is then told by `show_forgotten`.
    """
    if not access.may(Right.KEEP_HISTORY):
        return
    who = visitor()
    try:
        if not engine.history.is_of(search_id, who):
            return
    except StoreError:
        return  # a database that is away could not forget it either

    def forget() -> None:
        try:
            insist(Right.KEEP_HISTORY)
            forgotten = engine.history.forget(search_id, who)
        except LikenessError as error:
            st.session_state[_SAID] = (spoken_plainly(error, t).sentence, True)
            return
        st.session_state[_SAID] = (forgotten_said(forgotten, t), False)
        on_forgotten()

    show_forget(language=t.code, texts=t.entry("forgetting"), key="forget", on_forget=forget)


def show_forgotten(t: Language) -> None:
    """Say, once, what was deleted by `forget_button` and what stays, or why nothing was."""
    said, is_problem = st.session_state.pop(_SAID, ("", False))
    if is_problem:
        st.error(said, icon=":material/error:")
    elif said:
        st.success(f"{said} {t.text('privacy.counted')}", icon=":material/delete:")


def _kept_said(engine: SearchEngine, t: Language) -> str:
    settings = engine.settings
    what = "picture" if settings.keep_photos else "vector"
    days, pixels = settings.keep_searches_days, SMALL_SIDE
    # Who has no history neither pins a search nor forgets it.
    has_history = access.may(Right.KEEP_HISTORY)
    longer = t.text("privacy.longer" if days > 0 and has_history else "privacy.longer_for_ever")
    if days > 0:
        kept = t.text(f"privacy.{what}", n=days, pixels=pixels)
    else:
        until = "for_ever" if has_history else "until_deleted"
        kept = t.text(f"privacy.{what}_{until}", pixels=pixels)
    return f"{kept} {longer} {t.text('privacy.counted')}"


def _sent_said(engine: SearchEngine, t: Language) -> str:
    try:
        host = engine.encoder.host
    except LikenessError:
        # It sends nothing as long as it is broken, and then to whom the settings say.
        host = t.text("privacy.model_server") if engine.settings.uses_http else ""
    if not host:
        return t.text("privacy.here")
    return t.text("privacy.sent", host=plain(host), pixels=SHORTEST_SIDE)
