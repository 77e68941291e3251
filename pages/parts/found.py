"""What a search found, from the engine's words to the results component's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import shorten

from pages.parts import access
from pages.parts.account.naming import known_name, may_see_names, reader
from pages.parts.filters.among import among_said
from pages.parts.finding import Found
from pages.parts.results.results import Card, Same, results
from pages.parts.results.results import Distribution as Bars
from pages.parts.results.said import texts_of
from pages.parts.running import get_engine
from pages.parts.texts import texts
from search.access.roles import Right
from search.addresses import picture_path, thumbnail_path
from search.also import also_said
from search.hits import Distribution, Hit, Product
from search.judgement import Verdict
from search.language import Language
from search.prices import price_said
from search.subject import Kind
from search.tuning.scales import BINS_PER_UNIT
from search.tuning.suggestion import suggest

# A description is a hint under the pointer: what is longer stands on the product's own page.
LONGEST_DESCRIPTION = 240


def show_found(
    found: Found,
    verdicts: Mapping[int, Verdict],
    picture: str | None,
    *,
    on_more_like: Callable[[int], None],
    on_look: Callable[[int], None],
) -> bool:
    """Show the line, the distribution and the products; tell whether the threshold page is wanted.

    `verdicts` is what most people say of this photo, by the products' numbers; `picture` is where
    the browser has one of what was searched with. The others get the number of a product.
    """
    t, search = texts(), found.search
    # Likeness among products is no evidence of how photos find them: nobody judges it.
    is_judged = search.subject.kind is not Kind.PRODUCT and access.may(Right.JUDGE)
    said = texts_of(search.subject.kind, t, narrowed=found.distribution.narrowed)
    return results(
        photo=search.subject.fingerprint.hex() if is_judged else None,
        cards=[_card(hit, t) for hit in search.hits],
        distribution=_bars(found.distribution),
        threshold=search.threshold,
        is_signed=may_see_names(),
        suggestion=suggest(found.distribution),
        verdicts={str(product): verdict for product, verdict in verdicts.items()},
        analyst=known_name(),
        reader=reader(),
        language=t.code,
        texts=said | t.entry("cards") | t.entry("judging"),
        key="results",
        made_at=search.made_at,
        picture=picture,
        among=among_said(get_engine(), search.narrow, t),
        on_more_like=on_more_like,
        on_look=on_look,
    )


def _bars(counted: Distribution) -> Bars:
    margins = counted.margins() if counted.sampled else ()
    return Bars(-1.0, 1 / BINS_PER_UNIT, counted.counts, counted.sampled, margins)


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
        picture=thumbnail_path(hit.picture),
        large=picture_path(hit.picture),
        amount=None if product.price is None else float(product.price),
        currency=product.currency,
        link=product.link,
        project=" · ".join(filter(None, (product.project, product.region))) or None,
        also=also_said(hit.same, t),
        same=tuple(_same(one, t) for one in hit.same),
        description=shorten(product.description or "", LONGEST_DESCRIPTION, placeholder=" …"),
    )


def _same(product: Product, t: Language) -> Same:
    price = price_said(product, t)
    return Same(t.choose(product.name), product.article, price, product.link)
