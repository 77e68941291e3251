"""The component that shows a search: the line, the distribution it cuts, and the products.

Everything that follows the slider happens in the browser. Python says once what was found; moving
the line asks neither the server, nor the database, nor the encoder. A verdict on a product goes
from the browser straight to the HTTP interface.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import streamlit as st

from pages.parts.judging import judging
from pages.parts.judging.judging import Text, choose_texts, read_parts, with_bar
from search.judgement import Verdict
from search.people import ANONYMOUS
from search.threshold import Threshold
from search.tuning.scales import hundredths

# One sentence each; those marked * are plurals, chosen in the browser by Intl.PluralRules.
# A name with a scale's suffix speaks of that scale, without one of the plain cosine.
TEXTS: Final = (
    "evidence",  # * {threshold} {passed} {total}; plural of passed
    "cuts_almost_nothing",  # * {threshold} {passed} {total}; plural of passed
    "cuts_nothing",  # * {threshold} {total}; plural of total
    "about",  # {passed} {margin}; stands for {passed} where it is an estimate
    "sampled",  # * {sampled} {total}; plural of sampled
    "uncounted",  # * {threshold} {passed} {total}; plural of passed
    "uncounted_note",
    "shown",  # * {passed} {shown}; plural of passed
    "all_shown",  # * {shown}; plural of shown
    "whose",  # {threshold} {who} {date} {why}
    "whose_unsaid",  # {threshold} {who} {date}
    "whose_default",  # {threshold}
    "to_threshold",
    "why_suggestion",
    "use_suggestion",  # * {threshold} {passed}; plural of passed
    "reset",  # {threshold}
    "threshold",
    "threshold_centred",
    "threshold_relative",
    "bad_value",  # {text}
    "caption",  # * {total}; plural of total
    "caption_centred",  # * {total}; plural of total
    "caption_relative",  # * {total}; plural of total
    "similar",  # {count}
    "similar_best",  # {count} {shown}
    "doubtful",  # {count}
    "doubtful_best",  # {count} {shown}
    "below",  # {count}
    "below_best",  # {count} {shown}
    "nothing_passes",  # {threshold} {best}
    "lower",  # {best}
    "no_products",
    "article",  # {article}
    "similarity",
    "tooltip",  # {score} {cosine}, four decimals
    "tooltip_centred",  # {score} {cosine}
    "tooltip_relative",  # {score} {cosine}
    "project",  # {project}
    "also_judged",
    "no_picture",
    "opens_in_new_tab",
    "judged",  # {judged} {shown}
    "keys",  # [K] is drawn as the key K
)

_STYLES = ("results", "chart", "cards", "also", "verdicts")
_SCRIPTS = (
    "distribution",
    "chart",
    "also",
    "cards",
    "groups",
    "line",
    "moving",
    "verdicts",
    "results",
)

_component = st.components.v2.component(
    "likeness_results",
    html=with_bar(read_parts("results/results.html")),
    css=read_parts(
        *judging.STYLES,
        *(f"results/{name}.css" for name in _STYLES),
        "judging/no_picture.css",
    ),
    js=read_parts(*judging.SCRIPTS, *(f"results/{name}.js" for name in _SCRIPTS)),
)


@dataclass(frozen=True, slots=True)
class Same:
    """A further product with a card's picture; `price` is ready to be read."""

    name: str
    article: str
    price: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """One product as it is shown; `price` is ready to be read, `description` is a short text.

    `score` is its value on the scale of the search, which the line cuts, and `similarity` the
    cosine; both in [-1, 1]. `same` are further products with its picture, and `also` names some of
    them; a verdict is on the card's own product.
    """

    rank: int
    product_id: str
    name: str
    article: str
    price: str | None
    category: str | None
    score: float
    similarity: float
    picture: str
    link: str | None
    project: str | None = None
    description: str = ""
    also: str = ""
    same: tuple[Same, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """Products of the whole catalogue by their best similarity to the photo.

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
    photo: str,
    cards: Sequence[Card],
    distribution: Distribution,
    threshold: Threshold,
    suggestion: float | None,
    verdicts: Mapping[str, Verdict],
    language: str,
    texts: Mapping[str, Text],
    key: str,
) -> bool:
    """Show the products of one search on both sides of a line that moves without the server.

    `photo` is the photo's fingerprint in hexadecimal, `verdicts` what is known of it by product
    id. `cards` come best first. `threshold` is where the line stands at first and what "back" leads
    to; `suggestion`, a multiple of 0.01, is offered while the line is elsewhere. `texts` holds
    every name in `TEXTS` and in `judging.TEXTS`; a mapping is a plural (one, few, many, other).
    `language` is a BCP 47 tag. The line's place is kept in the browser tab, under `key` and for
    this threshold. Returns True once when the reader asks for the threshold page. Raises ValueError
    for a missing text.
    """
    chosen = choose_texts((*TEXTS, *judging.TEXTS), texts, language)
    shown = _component(
        key=key,
        data={
            "key": key,
            "language": language,
            "texts": chosen,
            "photo": photo,
            "space": str(threshold.space),
            "threshold": _threshold(threshold),
            "suggestion": None if suggestion is None else hundredths(suggestion),
            "distribution": {
                "start": round(distribution.start * 100),
                "counts": [int(count) for count in distribution.counts],
                "sampled": distribution.sampled,
                "margins": list(distribution.margins),
            },
            "cards": [_card(card) for card in cards],
            "verdicts": {product: str(verdict) for product, verdict in verdicts.items()},
        },
        on_opened_change=lambda: None,
    )
    return bool(shown.opened)


def _threshold(threshold: Threshold) -> dict[str, object]:
    doubtful, set_at = threshold.doubtful, threshold.set_at
    return {
        "id": threshold.id,
        "at": hundredths(threshold.value),
        "doubtful": None if doubtful is None else hundredths(doubtful),
        "scale": str(threshold.scale),
        "who": "" if threshold.who == ANONYMOUS else threshold.who,
        "why": threshold.why,
        "setAt": set_at.isoformat() if set_at else None,
    }


def _card(card: Card) -> dict[str, object]:
    return {"id": card.product_id, "hundredths": hundredths(card.score), **asdict(card)}
