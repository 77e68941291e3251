"""Choosing what to search among: by category, project, region and price, with counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from pages.parts.account.allowing import fragment
from pages.parts.filters.bar import bar
from pages.parts.filters.told import Names, Told, chips, counted, left_said, ticked
from pages.parts.filters.wanted import Wanted
from search.access.roles import Right
from search.errors import StoreError
from search.facets import Faceting
from search.language import Language
from search.narrowing import Narrow
from search.word_facets import FacetsOfWords

AnyFacets = Faceting | FacetsOfWords


@dataclass(slots=True)
class _Picking:
    """What is chosen, and what somebody is about to choose; one a session and key.

    `given` and `told` are what the page gave and got when it was last run. `version` tells when
    something took the place of what was chosen. `is_news` tells that the page has not been run with
    it yet. `names` are those of the chosen categories.
    """

    given: Narrow
    narrow: Narrow
    told: Narrow
    version: int = 0
    asked: Wanted | None = None
    is_news: bool = False
    names: Names = field(default_factory=dict)

    def choose(self, narrow: Narrow) -> None:
        """Let this be chosen; the panel closes."""
        self.is_news = narrow != self.narrow
        self.narrow = narrow
        self.version += 1
        self.asked = None


def pick_narrow(facets: AnyFacets, t: Language, *, key: str, given: Narrow | None) -> Narrow | None:
    """Show the filters and return what is chosen; None where nothing is.

    `facets` count what can be chosen: in the catalogue, or among what a text finds.

    At first that is what is `given`, and again whenever something else is given than the last time,
    unless that is what was returned then: a search that was narrowed to it. Counting while somebody
    chooses runs the filters alone; the page runs again when it is chosen. What leaves no product is
    said, with the way back, so whoever calls need not repeat NothingLeft.
    """
    place, now = f"{key}_picking", given or Narrow()
    picking: _Picking = st.session_state.setdefault(place, _Picking(now, now, now))
    if now not in {picking.given, picking.told, picking.narrow}:
        picking.choose(now)
    picking.given, picking.told, picking.is_news = now, picking.narrow, False
    fragment(Right.SEARCH, lambda: _show(facets, t, key, picking))
    return picking.narrow or None


def _show(facets: AnyFacets, t: Language, key: str, picking: _Picking) -> None:
    if picking.is_news:
        st.rerun()

    def ask(sent: object) -> None:
        picking.asked = None if sent is None else Wanted.read(sent, t.code)

    def choose(sent: object) -> None:
        wanted = Wanted.read(sent, t.code)
        if wanted.problem:
            picking.asked = wanted
        else:
            picking.choose(wanted.narrow)

    bar(
        _told(facets, t, picking),
        language=t.code,
        texts=t.entry("filters"),
        key=key,
        on_asked=ask,
        on_chosen=choose,
    )


def _told(facets: AnyFacets, t: Language, picking: _Picking) -> Told:
    """Return what the bar shows; without the database what is chosen, and why there is no more."""
    told: Told = {"said": "", "isNone": False, "counted": None}
    try:
        picking.names = facets.names(picking.narrow.categories)
        told |= _left(facets, t, picking.narrow)
        if asked := picking.asked:
            found = facets.count(asked.narrow, texts=asked.texts)
            told["counted"] = counted(found, asked, picking.narrow, t)
    except StoreError as error:
        told["said"] = t.error(error).sentence
    return told | {
        "version": picking.version,
        "chips": chips(picking.narrow, picking.names, t),
        "ticked": ticked(picking.narrow, t),
    }


def _left(facets: AnyFacets, t: Language, narrow: Narrow) -> Told:
    if not narrow:
        return {}
    unpriced = facets.unpriced(narrow) if narrow.price else 0
    if isinstance(facets, FacetsOfWords):
        # How many are left is said over them.
        return {"said": t.text("filters.unpriced", n=unpriced) if unpriced else ""}
    products = facets.products(narrow)
    return {"said": left_said(products, unpriced, t), "isNone": products == 0}
