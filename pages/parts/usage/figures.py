"""Everything that the page shows, read together; the last of it is kept for when it cannot be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from pages.parts.usage.choice import Choice
from search.engine import SearchEngine
from search.errors import LikenessError
from search.usage.beside import Beside
from search.usage.span import Span
from search.usage.views import Drift, Latency, Now, Outcomes, Quota, SearchFigures

_KEPT = "usage_figures"


@dataclass(frozen=True, slots=True)
class Figures:
    """What the services say of one span, at one moment."""

    at: datetime
    span: Span
    now: Now
    quota: Quota
    latency: Latency
    outcomes: Outcomes
    searches: SearchFigures
    beside: Beside | None = None

    @property
    def drift(self) -> Drift | None:
        """How what is found has drifted; where the span is over, that is over with it."""
        drift = self.searches.drift
        if drift is not None and drift.until is None and self.span.until < self.at:
            return replace(drift, until=self.span.until)
        return drift


def read(engine: SearchEngine, choice: Choice) -> Figures | LikenessError:
    """Ask the services; return the error if they cannot answer."""
    at = datetime.now(UTC)
    span, asked = choice.span(at), engine.monitoring
    try:
        figures = Figures(
            at,
            span,
            asked.now(),
            asked.quota(),
            asked.latency(span),
            asked.outcomes(span),
            asked.searches(span),
            asked.beside(span),
        )
    except LikenessError as error:
        return error
    st.session_state[_KEPT] = (choice, figures)
    return figures


def kept(choice: Choice) -> Figures | None:
    """Return what was read the last time for the same choice, whether or not it is followed."""
    held: tuple[Choice, Figures] | None = st.session_state.get(_KEPT)
    return held[1] if held and replace(held[0], follows=choice.follows) == choice else None
