"""What was searched with, beside what was found: its picture, what it is, and how it went."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st

from pages.parts.asked import AskedSearch, ask
from pages.parts.finding import Found
from pages.parts.moments import moment
from pages.parts.plain import plain
from search.engine import SearchEngine
from search.entries import Portrait
from search.hits import Search
from search.language import Language
from search.photo import Photo
from search.subject import Kind


def picture_of(portrait: Portrait, photo: Photo | None) -> str | None:
    """Return where the browser has a picture of what was searched with; None where nobody has."""
    if photo is None:
        return portrait.picture
    return f"data:image/jpeg;base64,{b64encode(photo.jpeg).decode('ascii')}"


def show_picture(picture: str | None, said: str, t: Language) -> None:
    """Show what was searched with, or that no picture of it was kept."""
    if picture is None:
        st.caption(t.text("subject.no_picture"))
        return
    name = escape(said, quote=True)
    st.html(
        f'<img class="subject" src="{escape(picture, quote=True)}" alt="{name}" title="{name}">'
    )


def subject_said(search: Search, portrait: Portrait, t: Language) -> str:
    """Name what was searched with."""
    if search.subject.kind is Kind.PRODUCT and portrait.product:
        product = portrait.product
        return t.text("subject.like", name=t.choose(product.name), article=product.article)
    return t.text(f"subject.{search.subject.kind}")


def tell(found: Found, said: str, t: Language) -> None:
    """Say what was searched with, when, and how long it took."""
    search = found.search
    lines = [] if search.subject.kind is Kind.PHOTO else [plain(said)]
    lines.append(_past_said(search, t) if found.is_past else took(search, t))
    st.caption("  \n".join(lines))


def offer_again(engine: SearchEngine, found: Found, t: Language) -> None:
    """Offer to search once more, with the catalogue and the line of today."""
    if not found.is_past:
        return
    st.button(
        t.text("subject.again"),
        key="subject_again",
        icon=":material/refresh:",
        type="tertiary",
        on_click=lambda: ask(AskedSearch(str(found.search.id), again=True)),
        disabled=found.search.query.space != engine.models.active(),
        help=t.text("subject.again_help"),
    )


def took(search: Search, t: Language) -> str:
    """Say how long the stages of a search took, in milliseconds."""
    taken = {f"{stage}": round(1000 * seconds) for stage, seconds in search.seconds.items()}
    if search.subject.kind is Kind.PRODUCT:
        return t.text("took.no_model", **taken)
    return t.text("took.remembered" if search.remembered else "took.sentence", **taken)


def _past_said(search: Search, t: Language) -> str:
    said = t.text("subject.past", moment=moment(search.made_at, t))
    return f"{said} {t.text('subject.gone', n=search.gone)}" if search.gone else said
