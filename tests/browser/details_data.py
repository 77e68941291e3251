"""A made-up catalogue to look closer at, for the page under test and for the tests themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from search.errors import DatabaseUnavailable, ProductUnknown
from search.hits import Distribution, Hit, Offer, Product
from search.looking import Look
from search.threshold import Threshold
from search.tuning.scales import BINS, Scale, hundredths
from search.vectors import CLIP

TOTAL, SAMPLED = 12_907, 5000
GONE, AWAY, NEW, BARE, HOSTILE, BROKEN = 90, 91, 92, 93, 94, 95
_GOODS = {
    "Mug “Morning”, 330 ml": "Кружка «Утро», 330 мл",
    "Backpack “Transit” with a padded pocket for a 15-inch laptop": "Рюкзак «Транзит» для ноутбука",
    "Cotton tote bag": "Хлопковая сумка-шоппер",
    "Notebook A5, dotted": "Блокнот А5 в точку",
}
_ATTACK = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
OFFERS = (
    Offer(100, {"RUB": Decimal("412.50"), "USD": Decimal("4.60")}, "Air", 14),
    Offer(500, {"RUB": Decimal(378), "USD": Decimal("4.20")}, "Rail", 35),
    Offer(1000, {"RUB": Decimal("349.90")}, None, 60),
)


def product(number: int) -> Product:
    """Make a product; what is special about some of them, their numbers' names say."""
    english, russian = list(_GOODS.items())[number % len(_GOODS)]
    made = Product(
        number,
        f"LK-{1000 + number}",
        {"en": english, "ru": russian},
        {"en": "Office", "ru": "Офис"},
        Decimal("349.90"),
        "RUB",
        f"https://shop.example/{number}",
        project="Spring campaign",
        region="Moscow",
        description="Keeps warm for six hours.\nEngraved, or printed in one colour.",
        offers=OFFERS,
    )
    if number == BARE:
        return Product(number, "", {"en": "Sign"}, None, None, None, None)
    if number == HOSTILE:
        link = "javascript:window.hacked=1"
        made = replace(made, name={"en": _ATTACK}, article=_ATTACK, link=link)
        return replace(made, project=_ATTACK, description=_ATTACK)
    return made


def look(number: int) -> Look:
    """Look closer, as the engine does; raise as it does."""
    if number == GONE:
        raise ProductUnknown(product=str(number))
    if number == AWAY:
        raise DatabaseUnavailable(reason="connection refused")
    pictures = () if number == BARE else tuple(str(20 * number + at) for at in range(3))
    if number == BROKEN:
        pictures = ("lost",)
    if number in {NEW, BARE}:
        return Look(product(number), pictures, (), is_indexed=False)
    others = [number + 1 + step for step in range(7)] + [GONE]
    return Look(
        product(number),
        pictures,
        tuple(_hit(rank, other, 0.92 - 0.035 * rank) for rank, other in enumerate(others, 1)),
        is_indexed=True,
    )


def _hit(rank: int, number: int, score: float) -> Hit:
    same = (product(number + 50),) if rank == 2 else ()
    return Hit(rank, product(number), number, str(20 * number + 1), score, score, same)


def found(number: int, scale: Scale) -> Hit:
    """Return a product as the third of a search, found by its second picture."""
    score = 0.8312 if scale is Scale.COSINE else 0.9512
    return replace(_hit(3, number, 0.8312), score=score)


def threshold(scale: Scale) -> Threshold:
    """Return the threshold of that search, which somebody saved."""
    return Threshold(0.74, CLIP, scale=scale, doubtful=0.7, id=7)


def distribution(case: str) -> Distribution:
    """Count the catalogue: 26 products reach what was found; or estimate it."""
    counts = [0] * BINS
    counts[hundredths(0.52) + 100] = TOTAL - 26
    counts[hundredths(0.83) + 100] = counts[hundredths(0.95) + 100] = 13
    if case == "uncounted":
        return Distribution(tuple(counts), 0)
    if case == "estimated":
        return Distribution(tuple(counts), SAMPLED, exact_from=BINS)
    return Distribution(tuple(counts))
