"""The dialog that shows one product: pictures, offers, why it was found, and its neighbours.

It is a dialog of the browser's own, inside the component: it keeps the focus and gives it back,
closes at once, fills a phone, and all of its words are in the reader's language. `st.dialog` keeps
the focus too, but its Tab key passes over whatever a component draws, and its button is "Close".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

import streamlit as st

from pages.parts.details.payload import payload
from pages.parts.details.why import why_here
from pages.parts.judging.judging import choose_texts, read_parts, read_scripts
from search.engine import SearchEngine
from search.errors import LikenessError
from search.hits import Distribution, Hit
from search.language import Language
from search.looking import Look
from search.threshold import Threshold

TEXTS: Final = (
    "title",
    "close",
    "back",  # {name}
    "retry",
    "pictures",
    "picture",  # {n} {count}
    "no_picture",
    "side_by_side",
    "searched_with",
    "this_product",
    "zoom_in",
    "zoom_out",
    "article",
    "copy_article",  # {article}
    "copied",
    "not_copied",
    "opens_in_new_tab",
    "link",
    "more_like",
    "why",
    "offers",
    "neighbours",
    "similarity",
)

KEY: Final = "details"
_NUMBER: Final = re.compile(r"[0-9]{1,19}")
# Another number tells that what was closed is to be open again.
_ROUND: Final = "details_round"
_SHARED = ("way_back.js", "results/words.js", "results/copying.js", "results/card.js")
_SCRIPTS = ("zoom", "stage", "facts", "neighbours", "focus", "details")
_STYLES = ("details", "stage", "facts")

_component = st.components.v2.component(
    "likeness_details",
    html=read_parts("details/details.html"),
    css=read_parts(
        "judging/ground.css",
        *(f"details/{name}.css" for name in _STYLES),
        "results/meter.css",
        "judging/no_picture.css",
    ),
    js=read_scripts(*_SHARED, *(f"details/{name}.js" for name in _SCRIPTS)),
)


def show_details(
    engine: SearchEngine,
    product_id: int,
    *,
    hit: Hit | None,
    distribution: Distribution | None,
    threshold: Threshold | None,
    photo: str | None,
    t: Language,
    on_more_like: Callable[[int], None],
    on_look: Callable[[int], None],
    on_close: Callable[[], None],
) -> None:
    """Show a product in a dialog over the page, for as long as the page calls this.

    `hit`, `distribution` and `threshold` are those of the search in which it was found; without
    `hit` nothing is said of one. `photo` is the address, or data URL, of what was searched with:
    the product is compared with it. All that is called is called before the page runs again:
    `on_look` with the number of a product to look at instead, a neighbour or the one before;
    `on_close` when the dialog is closed; and both `on_close` and `on_more_like`, with the number of
    the product, when somebody wants to search for what looks like it. A product that is gone, or a
    database that is away, is said inside.
    """
    look, problem = _look(engine, product_id, t)
    shown = st.session_state.setdefault(_ROUND, 0)

    def closed() -> None:
        st.session_state[_ROUND] = shown + 1
        on_close()

    def looked() -> None:
        number = _number_of(st.session_state[KEY].looked)
        if number is not None:
            on_look(number)

    def wanted() -> None:
        number = _number_of(st.session_state[KEY].wanted)
        if number is not None:
            closed()
            on_more_like(number)

    _component(
        key=KEY,
        data={
            "language": t.code,
            "texts": choose_texts(TEXTS, t.entry("details"), t.code),
            "round": shown,
            "id": str(product_id),
            "photo": photo,
            "problem": problem,
            "product": look and payload(look, hit, t),
            "why": look and hit and asdict(why_here(hit, distribution, threshold, t)),
        },
        on_closed_change=closed,
        on_looked_change=looked,
        on_wanted_change=wanted,
    )


def _number_of(sent: object) -> int | None:
    """Return the number of a product that a browser names; None for what no dialog says.

    It may be one that was shown before: whether there is such a product is the catalogue's to say.
    """
    return int(sent) if isinstance(sent, str) and _NUMBER.fullmatch(sent) else None


def _look(
    engine: SearchEngine, product_id: int, t: Language
) -> tuple[Look | None, dict[str, object] | None]:
    """Return the product, or else why there is none to be seen, in words."""
    try:
        return engine.looking.look(product_id), None
    except LikenessError as error:
        said = t.error(error)
        return None, {"what": said.what, "next": said.next, "retry": error.retry}
