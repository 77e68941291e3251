"""The component that lists the searches of a browser.

What is asked for is seen in the browser at once, and done when the page runs. Somebody may ask for
more meanwhile: the browser tells all that it has not heard of yet, each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st

from pages.parts.history.told import Told
from pages.parts.history.wishes import Reading, Wish
from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts
from search.history import LONGEST_TITLE

TEXTS: Final = (
    "open",  # {name}
    "earlier_photo",  # {n}
    "earlier_photos",  # {n}
    "earlier_product",  # {n}
    "pin",
    "pin_alone",
    "unpin",
    "pin_named",  # {name}
    "unpin_named",  # {name}
    "rename",
    "rename_alone",
    "rename_named",  # {name}
    "copy",
    "copy_named",  # {name}
    "copied",
    "not_copied",  # {address}
    "again",
    "again_named",  # {name}
    "forget",
    "forget_named",  # {name}
    "sure",
    "sure_earlier",  # {n}
    "keep",
    "title",
    "save",
    "cancel",
    "no_picture",
    "narrowed",
    "older",
    "forget_all",
    "sure_all",
    "dismiss",
)

_component = st.components.v2.component(
    "likeness_history",
    html=read_parts("history/history.html"),
    css=read_parts(
        "judging/ground.css", "history/sure.css", "history/history.css", "history/entry.css"
    ),
    js=read_scripts(
        "results/words.js",
        "results/copying.js",
        "history/sure.js",
        "history/focus.js",
        "history/wishes.js",
        "history/entry.js",
        "history/history.js",
    ),
)


def show_history(
    groups: Sequence[Told],
    reading: Reading,
    *,
    has_older: bool,
    language: str,
    texts: Mapping[str, Text],
    key: str,
    on_asked: Callable[[list[Wish]], None],
) -> None:
    """List searches; `groups` are what `told.groups` makes, `texts` holds every name in `TEXTS`.

    `on_asked` gets what somebody wants to be done, before the page runs again: all that is not in
    `reading` yet.
    """
    _component(
        key=key,
        data={
            "language": language,
            "texts": choose_texts(TEXTS, texts, language),
            "groups": list(groups),
            "older": has_older,
            "done": reading.done,
            "said": reading.said,
            "isProblem": reading.is_problem,
            "longest": LONGEST_TITLE,
        },
        on_asked_change=lambda: on_asked(Wish.read(st.session_state[key].asked)),
    )
