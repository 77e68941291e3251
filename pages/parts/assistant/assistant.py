"""The component that deals out pairs of a photo and a product to be judged.

Cards and verdicts go between the browser and the HTTP interface; the page runs again only when its
figures should be counted anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from pages.parts.judging import judging
from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts, with_bar

# One sentence each; those marked * are plurals, chosen in the browser by Intl.PluralRules.
TEXTS: Final = (
    "title",
    "lead",
    "lead_complete",
    "photo",
    "product",
    "no_picture",
    "around",  # {value}
    "above",  # {value}
    "below",  # {value}
    "value_centred",  # {where}
    "value_relative",  # {where}
    "progress",  # {judged}
    "needed",  # * {count}; plural of count
    "sound",
    "bands",
    "band",  # {low} {high}
    "band_lowest",  # {high}
    "band_judged",  # {judged} {products}
    "refresh",
    "dealing",
    "nothing_left",
    "keys",  # [K] is drawn as the key K
)

_SCRIPTS = ("deck", "pair", "assistant")

_component = st.components.v2.component(
    "likeness_assistant",
    html=with_bar(read_parts("assistant/assistant.html")),
    css=read_parts(*judging.STYLES, "assistant/assistant.css", "judging/no_picture.css"),
    js=read_scripts(*judging.SCRIPTS, *(f"assistant/{name}.js" for name in _SCRIPTS)),
)


def assistant(
    *,
    source: str,
    scale: str,
    line: int,
    complete: bool,
    language: str,
    texts: Mapping[str, Text],
    key: str,
    on_refresh: Callable[[], None],
    analyst: str | None = None,
    reader: str = "",
) -> None:
    """Deal cards of a source until somebody has had enough.

    `source` is the key of the photos that are asked about, `scale` one of `Scale`, `line` whole
    hundredths on it; cards are dealt anew when one of them changes. Of a `complete` source every
    match is known: judging adds nothing to its figures and checks it. `texts` holds every name in
    `TEXTS` and in `judging.TEXTS`; a mapping is a plural (one, few, many, other). `on_refresh` is
    called, before the page runs again, when the figures should be counted anew: at a press of the
    button, and after ten saved judgements. `analyst` is the name by which somebody judges who
    signed in; None lets them give one. What waits to be sent is kept in the tab for one `reader`.
    Raises ValueError for a missing text.
    """
    _component(
        key=key,
        data={
            "source": source,
            "scale": str(scale),
            "line": line,
            "complete": complete,
            "analyst": analyst,
            "reader": reader,
            "language": language,
            "texts": choose_texts((*TEXTS, *judging.TEXTS), texts, language),
        },
        on_refresh_change=on_refresh,
    )
