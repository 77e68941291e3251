"""The component that shows a search: the line, the distribution it cuts, and the products.

Everything that follows the slider happens in the browser. Python says once what was found; moving
the line asks neither the server, nor the database, nor the encoder; nor does sorting, presenting or
printing. A verdict on a product goes from the browser straight to the HTTP interface.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import streamlit as st

from pages.parts.judging import judging
from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts, with_bar
from pages.parts.results import card
from pages.parts.results.card import Card, Same, product_of, with_card
from pages.parts.results.words import TEXTS
from search.judgement import Verdict
from search.people import ANONYMOUS
from search.threshold import Threshold
from search.tuning.scales import hundredths

__all__ = ["Card", "Distribution", "Same", "results"]

_STYLES = (
    "results",
    "chart",
    "toolbar",
    "cards",
    "meter",
    "standing",
    "also",
    "verdicts",
    "presenting",
    "printing",
)
_SCRIPTS = (
    "distribution",
    "chart",
    "also",
    "cards",
    "sorting",
    "groups",
    "line",
    "toolbar",
    "verdicts",
    "outside",
    "presenting",
    "paper",
    "printing",
    "results",
)

_component = st.components.v2.component(
    "likeness_results",
    html=with_card(with_bar(read_parts("results/results.html"))),
    css=read_parts(
        *judging.STYLES,
        *card.STYLES,
        *(f"results/{name}.css" for name in _STYLES),
    ),
    js=read_scripts(
        *judging.SCRIPTS,
        *card.SCRIPTS,
        "way_back.js",
        *(f"results/{name}.js" for name in _SCRIPTS),
    ),
)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Products by their best similarity: the catalogue's, or those that filters leave.

    Bin i counts those in [start + i*step, start + (i+1)*step), as `hundredths` rounds them; `step`
    is 0.01 and `start` one of its multiples. A similarity of exactly 1 is in the bin that starts
    at 1. `sampled` and `margins` as `search.hits.Distribution` has them.
    """

    start: float
    step: float
    counts: Sequence[int]
    sampled: int | None = None
    margins: Sequence[int] = ()

    def __post_init__(self) -> None:
        if not math.isclose(self.step, 0.01):
            raise ValueError(f"bins are 0.01 wide, not {self.step}")
        if not math.isclose(self.start * 100, round(self.start * 100), abs_tol=1e-6):
            raise ValueError(f"bins start at a multiple of 0.01, not at {self.start}")


def results(
    *,
    photo: str | None,
    picture: str | None,
    cards: Sequence[Card],
    distribution: Distribution,
    threshold: Threshold,
    suggestion: float | None,
    verdicts: Mapping[str, Verdict],
    language: str,
    texts: Mapping[str, Text],
    key: str,
    on_more_like: Callable[[int], None],
    on_look: Callable[[int], None],
    analyst: str | None = None,
    reader: str = "",
    is_signed: bool = True,
    made_at: datetime | None = None,
    among: str = "",
) -> bool:
    """Show the products of one search on both sides of a line that moves without the server.

    `photo` is the photo's fingerprint in hexadecimal, `verdicts` what is known of it by product id;
    without a photo nothing can be judged. `picture` is the address of what was searched with,
    relative to the app, or a data URL. `cards` come best first. `threshold` is where the line
    stands at first and what "back" leads to; `suggestion`, a multiple of 0.01, is offered while the
    line is elsewhere. `texts` holds every name in `TEXTS`, `card.TEXTS` and `judging.TEXTS`; a
    mapping is a plural (one, few, many, other). `language` is a BCP 47 tag. `analyst` is the name
    by which somebody judges who signed in; None lets them give one. `is_signed`: whether it is said
    who set the threshold, and why, beside when. `made_at`, aware, is printed as the time of the
    search, and so is the sentence `among`, which says what filters left.

    The line's place, the order, what is hidden and verdicts that wait are kept in the browser tab,
    under `key` and for one `reader`: who comes after somebody in their tab meets nothing of theirs.
    `on_more_like` and `on_look` get the number of the product whose card was acted on, before the
    page runs again. Returns True once when the reader asks for the threshold page. Raises
    ValueError for a missing text.
    """
    chosen = choose_texts((*TEXTS, *card.TEXTS, *judging.TEXTS), texts, language)
    shown = {one.product_id for one in cards}

    def tell(name: str, heard: Callable[[int], None]) -> None:
        product = product_of(st.session_state[key].get(name), shown)
        if product is not None:
            heard(product)

    told = _component(
        key=key,
        data={
            "key": key,
            "language": language,
            "texts": chosen,
            "photo": photo,
            "analyst": analyst,
            "reader": reader,
            "picture": picture,
            "madeAt": made_at and made_at.isoformat(),
            "among": among,
            "space": str(threshold.space),
            "threshold": _threshold(threshold, is_signed=is_signed),
            "suggestion": None if suggestion is None else hundredths(suggestion),
            "distribution": {
                "start": round(distribution.start * 100),
                "counts": [int(count) for count in distribution.counts],
                "sampled": distribution.sampled,
                "margins": list(distribution.margins),
            },
            "cards": [_card(one) for one in cards],
            "verdicts": {product: str(verdict) for product, verdict in verdicts.items()},
        },
        on_opened_change=lambda: None,
        on_more_change=lambda: tell("more", on_more_like),
        on_look_change=lambda: tell("look", on_look),
    )
    return bool(told.opened)


def _threshold(threshold: Threshold, *, is_signed: bool) -> dict[str, object]:
    doubtful, set_at = threshold.doubtful, threshold.set_at
    who = "" if threshold.who == ANONYMOUS else threshold.who
    return {
        "id": threshold.id,
        "at": hundredths(threshold.value),
        "doubtful": None if doubtful is None else hundredths(doubtful),
        "scale": str(threshold.scale),
        "who": who if is_signed else None,
        "why": threshold.why if is_signed else "",
        "setAt": set_at.isoformat() if set_at else None,
    }


def _card(shown: Card) -> dict[str, object]:
    return {"id": shown.product_id, "hundredths": hundredths(shown.score), **asdict(shown)}
