"""What a search found, from the engine's words to the results component's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from textwrap import shorten

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.coming_back import come_back_after
from pages.parts.errors import show_error
from pages.parts.results.results import Card, Same, results
from pages.parts.results.results import Distribution as Bars
from pages.parts.texts import texts
from pages.parts.waiting import search_with_status
from search.also import also_said
from search.engine import SearchEngine
from search.errors import LikenessError
from search.hits import Distribution, Hit, Product, Search
from search.judgement import Verdict
from search.language import Language
from search.photo import Photo
from search.prices import price_said
from search.threshold import Threshold
from search.tuning.scales import BINS_PER_UNIT, Scale
from search.tuning.suggestion import suggest
from search.web import picture_path

# A description is a hint under the pointer: what is longer stands on the product's own page.
LONGEST_DESCRIPTION = 240


@dataclass(frozen=True, slots=True)
class Found:
    """A search and how the whole catalogue scored for its photo."""

    search: Search
    distribution: Distribution


def find(engine: SearchEngine, photo: Photo, place: DeltaGenerator) -> Found | None:
    """Search with the stages shown in `place`; an error is shown there, with a way to retry."""
    try:
        search = search_with_status(engine, photo, place)
        found = Found(search, engine.distribution(search))
        engine.keep_photo(photo)  # who judges this search later needs to see it
    except LikenessError as error:
        with place.container():
            show_error(error)
            if error.retry:
                # A click runs the page again, and with it the search.
                st.button(texts().text("error.retry"), icon=":material/refresh:", type="primary")
            come_back_after(error)
        return None
    return found


def count_again(engine: SearchEngine, found: Found) -> Found:
    """Return what was found, with the whole catalogue's scores if they were not known then."""
    if found.distribution.sampled != 0:
        return found
    return replace(found, distribution=engine.distribution(found.search))


def still_holds(found: Found, active: Threshold) -> bool:
    """Tell whether what was found is measured on the active threshold's scale."""
    then = found.search.threshold
    # Two centred scales may subtract two different means: a catalogue grows.
    same_scale = then.scale == active.scale and active.scale is not Scale.CENTRED
    return then.space == active.space and (same_scale or then.id == active.id)


def follow(found: Found, active: Threshold) -> Found:
    """Let what was found be cut at the active threshold; its scale is the same."""
    return replace(found, search=replace(found.search, threshold=active))


def show_found(found: Found, verdicts: Mapping[int, Verdict]) -> bool:
    """Show the line, the distribution and the products; tell whether the threshold page is wanted.

    `verdicts` is what most people say of this photo, by the products' numbers.
    """
    t, search = texts(), found.search
    return results(
        photo=search.subject.fingerprint.hex(),
        cards=[_card(hit, t) for hit in search.hits],
        distribution=_bars(found.distribution),
        threshold=search.threshold,
        suggestion=suggest(found.distribution),
        verdicts={str(product): verdict for product, verdict in verdicts.items()},
        language=t.code,
        texts=t.entry("results") | t.entry("judging"),
        key="results",
    )


def _bars(counted: Distribution) -> Bars:
    margins = counted.margins() if counted.sampled else ()
    return Bars(-1.0, 1 / BINS_PER_UNIT, counted.counts, counted.sampled, margins)


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
        price=price_said(product, t),
        category=t.choose(product.category) if product.category else None,
        score=hit.score,
        similarity=hit.similarity,
        picture=picture_path(hit.picture),
        link=product.link,
        project=" · ".join(filter(None, (product.project, product.region))) or None,
        also=also_said(hit.same, t),
        same=tuple(_same(one, t) for one in hit.same),
        description=shorten(product.description or "", LONGEST_DESCRIPTION, placeholder=" …"),
    )


def _same(product: Product, t: Language) -> Same:
    price = price_said(product, t)
    return Same(t.choose(product.name), product.article, price, product.link)
