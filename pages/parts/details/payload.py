"""A product in words, as the component that shows its details takes it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from search.addresses import picture_path, thumbnail_path
from search.also import also_said
from search.hits import Hit, Product
from search.language import Language
from search.looking import Look
from search.prices import currencies_of, offers_said, price_said


@dataclass(frozen=True, slots=True)
class _Picture:
    """Where a picture is, as large as it is and in the size of a list."""

    large: str
    small: str

    @classmethod
    def of(cls, reference: str) -> _Picture:
        return cls(picture_path(reference), thumbnail_path(reference))


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """A product that looks like the one that is shown; what is written is ready to be read."""

    id: str
    name: str
    picture: _Picture
    value: str
    price: str | None
    also: str


def payload(look: Look, found: Hit | None, t: Language) -> dict[str, object]:
    """Return what there is to show of a product, whatever led to it.

    Of several pictures the one by which it was `found` is shown first.
    """
    product, pictures = look.product, look.pictures
    shown = pictures.index(found.picture) if found and found.picture in pictures else 0
    return {
        "name": t.choose(product.name),
        "article": product.article,
        "price": price_said(product, t),
        "facts": _facts(product, t),
        "description": product.description or "",
        "link": product.link,
        "pictures": [asdict(_Picture.of(reference)) for reference in pictures],
        "shown": shown,
        "offers": _offers(product, t),
        "neighbours": [asdict(_neighbour(hit, t)) for hit in look.neighbours],
        "alone": "" if look.neighbours else _why_alone(look, t),
    }


def _facts(product: Product, t: Language) -> list[tuple[str, str]]:
    """Name what else the catalogue knows, and leave out what it does not."""
    category = t.choose(product.category) if product.category else None
    known = {"category": category, "project": product.project, "region": product.region}
    return [(t.text(f"details.{name}"), value) for name, value in known.items() if value]


def _offers(product: Product, t: Language) -> dict[str, object] | None:
    """Return the offers as a table without the columns in which there would be nothing."""
    offers = offers_said(product, t)
    if not offers:
        return None
    currencies = currencies_of(product)
    columns = [(t.text("details.quantity"), [offer.quantity for offer in offers])]
    for number, currency in enumerate(currencies):
        several = t.text("details.price_in", currency=currency)
        name = several if len(currencies) > 1 else t.text("details.price")
        columns.append((name, [offer.prices[number] for offer in offers]))
    columns.append((t.text("details.route"), [offer.route for offer in offers]))
    columns.append((t.text("details.days"), [offer.days for offer in offers]))
    filled = [(name, cells) for name, cells in columns if any(cells)]
    rows = zip(*(cells for _, cells in filled), strict=True)
    return {"head": [name for name, _ in filled], "rows": [list(row) for row in rows]}


def _neighbour(hit: Hit, t: Language) -> _Neighbour:
    return _Neighbour(
        str(hit.product.id),
        t.choose(hit.product.name),
        _Picture.of(hit.picture),
        t.similarity(hit.score),
        price_said(hit.product, t),
        also_said(hit.same, t),
    )


def _why_alone(look: Look, t: Language) -> str:
    return t.text("details.no_neighbours" if look.is_indexed else "details.not_indexed")
