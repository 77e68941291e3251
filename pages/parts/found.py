"""What a search found, from the engine's words to the results component's."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.errors import show_error
from pages.parts.results.results import Card, results
from pages.parts.results.results import Distribution as Bars
from pages.parts.texts import texts
from pages.parts.waiting import search_with_status
from search.engine import SearchEngine
from search.errors import LikenessError
from search.hits import BINS_PER_UNIT, Distribution, Hit, Search
from search.language import Language
from search.photo import Photo
from search.tuning.suggestion import suggest
from search.web import picture_path


@dataclass(frozen=True, slots=True)
class Found:
    """A search and how the whole catalogue scored for its photo."""

    search: Search
    distribution: Distribution


def find(engine: SearchEngine, photo: Photo, place: DeltaGenerator) -> Found | None:
    """Search with the stages shown in `place`; an error is shown there, with a way to retry."""
    try:
        search = search_with_status(engine, photo, place)
        return Found(search, engine.distribution(search))
    except LikenessError as error:
        with place.container():
            show_error(error)
            if error.retry:
                # A click runs the page again, and with it the search.
                st.button(texts().text("error.retry"), icon=":material/refresh:", type="primary")
        return None


def show_found(found: Found, threshold: float) -> None:
    """Show the line, the distribution and the products."""
    t = texts()
    results(
        cards=[_card(hit, t) for hit in found.search.hits],
        distribution=Bars(-1.0, 1 / BINS_PER_UNIT, found.distribution.counts),
        threshold=threshold,
        suggestion=suggest(found.distribution),
        language=t.code,
        texts=t.entry("results"),
        key="results",
    )


def took(search: Search, t: Language) -> str:
    """Say how long the stages of a search took, in milliseconds, and under which id it is kept."""
    taken = {f"{stage}": round(1000 * seconds) for stage, seconds in search.seconds.items()}
    sentence = t.text("took.remembered" if search.remembered else "took.sentence", **taken)
    return f"{sentence}  \n{t.text('took.id', id=str(search.id))}"


def _card(hit: Hit, t: Language) -> Card:
    product = hit.product
    return Card(
        rank=hit.rank,
        product_id=str(product.id),
        name=t.choose(product.name),
        article=product.article,
        price=t.price(product.price, product.currency),
        category=t.choose(product.category) if product.category else None,
        similarity=hit.similarity,
        picture=picture_path(hit.picture),
        link=product.link,
    )
