"""The component that shows a search: the line, the distribution it cuts, and the products.

Everything that follows the slider happens in the browser. Python says once what was found; moving
the line asks neither the server, nor the database, nor the encoder.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from search.hits import hundredths

Text = str | Mapping[str, str]

# One sentence each; those marked * are plurals, chosen in the browser by Intl.PluralRules.
TEXTS: Final = (
    "evidence",  # * {threshold} {passed} {total}; plural of passed
    "cuts_almost_nothing",  # * {threshold} {passed} {total}; plural of passed
    "cuts_nothing",  # * {threshold} {total}; plural of total
    "shown",  # * {passed} {shown}; plural of passed
    "all_shown",  # * {shown}; plural of shown
    "why_suggestion",
    "use_suggestion",  # * {threshold} {passed}; plural of passed
    "reset",  # {threshold}
    "threshold",
    "slider",
    "bad_value",  # {text}
    "caption",  # * {total}; plural of total
    "similar",  # {count}
    "similar_best",  # {count} {shown}
    "below",  # {count}
    "below_best",  # {count} {shown}
    "nothing_passes",  # {threshold} {best}
    "lower",  # {best}
    "no_products",
    "article",  # {article}
    "similarity",
    "no_picture",
    "opens_in_new_tab",
)

_FOLDER = Path(__file__).parent
_STYLES = ("results.css", "chart.css", "cards.css")
_SCRIPTS = ("words.js", "distribution.js", "chart.js", "cards.js", "results.js")


def _read(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text("utf-8") for name in names)


_component = st.components.v2.component(
    "likeness_results",
    html=_read("results.html"),
    css=_read(*_STYLES),
    js=_read(*_SCRIPTS),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One product as it is shown. `similarity` lies in [-1, 1], `price` is ready to be read."""

    rank: int
    product_id: str
    name: str
    article: str
    price: str | None
    category: str | None
    similarity: float
    picture: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Products of the whole catalogue by their best similarity to the photo.

    Bin i counts those in [start + i*step, start + (i+1)*step), as `hundredths` rounds them; `step`
    is 0.01 and `start` one of its multiples. A similarity of exactly 1 is in the bin that starts
    at 1.
    """

    start: float
    step: float
    counts: Sequence[int]

    def __post_init__(self) -> None:
        if not math.isclose(self.step, 0.01):
            raise ValueError(f"bins are 0.01 wide, not {self.step}")
        if not math.isclose(self.start * 100, round(self.start * 100), abs_tol=1e-6):
            raise ValueError(f"bins start at a multiple of 0.01, not at {self.start}")


def results(
    *,
    cards: Sequence[Card],
    distribution: Distribution,
    threshold: float,
    suggestion: float | None,
    language: str,
    texts: Mapping[str, Text],
    key: str,
) -> None:
    """Show the products of one search on both sides of a line that moves without the server.

    `cards` come best first. `threshold` is where the line stands at first and what "back" leads to;
    `suggestion` is offered while the line cuts nothing. Both are multiples of 0.01. `texts` holds
    every name in `TEXTS`; a mapping is a plural (one, few, many, other). `language` is a BCP 47
    tag. The line's place is kept in the browser tab, under `key`. Raises ValueError for a missing
    text.
    """
    missing = [name for name in TEXTS if name not in texts]
    if missing:
        raise ValueError(f"texts are missing in {language!r}: {', '.join(missing)}")
    _component(
        key=key,
        data={
            "key": key,
            "language": language,
            "texts": {name: texts[name] for name in TEXTS},
            "threshold": round(threshold * 100),
            "suggestion": None if suggestion is None else round(suggestion * 100),
            "distribution": {
                "start": round(distribution.start * 100),
                "counts": [int(count) for count in distribution.counts],
            },
            "cards": [_card(card) for card in cards],
        },
    )


def _card(card: Card) -> dict[str, object]:
    return {"id": card.product_id, "hundredths": hundredths(card.similarity), **asdict(card)}
