"""A made-up search with known numbers, for the page under test and for the tests themselves."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import NormalDist

from pages.parts.products.products import ProductCard
from pages.parts.results.results import Card, Distribution, Same
from search.hits import Distribution as Counted
from search.threshold import Threshold
from search.tuning.scales import Scale, hundredths
from search.vectors import CLIP

TOTAL = 12_907
SHOWN = 50
SUGGESTION = 0.74
SAMPLED = 5000
GOODS = (
    "Mug “Morning”, 330 ml",
    "Backpack “Transit” with a padded pocket for a 15-inch laptop and a hidden zip",
    "Cotton tote bag",
    "Notebook A5, dotted",
    "Power bank 10,000 mAh",
)
MADE_AT = datetime(2025, 11, 28, 9, 5, tzinfo=UTC)
SAME = {0: 5, 3: 2}  # how many further products some cards have
THRESHOLDS = {
    "default": Threshold(0.3, CLIP),
    "anna": Threshold(
        0.74,
        CLIP,
        id=1,
        who="Anna",
        why="best F1 on the demo set",
        set_at=datetime(2025, 11, 25, 12, tzinfo=UTC),
    ),
    "ben": Threshold(0.6, CLIP, id=2, set_at=datetime(2025, 11, 26, 12, tzinfo=UTC)),
    "doubtful": Threshold(
        0.74, CLIP, doubtful=0.7, id=3, who="Anna", set_at=datetime(2025, 11, 27, 12, tzinfo=UTC)
    ),
    "relative": Threshold(
        0.95,
        CLIP,
        scale=Scale.RELATIVE,
        id=4,
        who="Anna",
        set_at=datetime(2025, 11, 28, 12, tzinfo=UTC),
    ),
}
PROJECTS = (
    "Spring campaign · Moscow",
    "Welcome kits for the new office of a company with a long name · Saint Petersburg",
    None,
)
BAD_LINKS = ("javascript:window.hacked=1", " JaVaScRiPt:alert(1)", "data:text/html,x")


def similarities(search: int = 0) -> list[float]:
    """Make a whole catalogue's similarities, best first; the same each time for one search.

    They lie as CLIP's do, around .52, and eleven stand out above .74.
    """
    shape = NormalDist(mu=0.52 - 0.01 * search, sigma=0.075)
    bulk = [shape.inv_cdf((i + 0.5) / TOTAL) for i in range(TOTAL - 11)]
    best = [0.8349 - 0.0085 * i - 0.01 * search for i in range(11)]
    return best + [min(value, best[-1] - 0.01) for value in reversed(bulk)]


def distribution(values: list[float], sampled: int | None = None) -> Distribution:
    """Count similarities by hundredths, from -1 to 1; as if only `sampled` had been looked at."""
    counts = [0] * 201
    for value in values:
        counts[hundredths(value) + 100] += 1
    known = hundredths(values[SHOWN - 1]) + 101 if sampled is not None else 0
    margins = Counted(tuple(counts), sampled, known).margins()
    return Distribution(start=-1.0, step=0.01, counts=counts, sampled=sampled, margins=margins)


def price(index: int, case: str) -> tuple[str | None, float | None, str | None]:
    """Make a price: as it is read, its amount and its currency; every seventh product has none."""
    if index % 7 == 6:
        return None, None, None
    if case == "currencies" and index % 3 == 0:
        return f"{450 + index} ₽", 450.0 + index, "RUB"
    amount = 4.5 + index % 9
    return f"{'from ' * (index % 2)}${amount:.2f}", amount, "USD"


def card(index: int, similarity: float, case: str) -> Card:
    """Make one product; `case` says what is wrong with it."""
    name = GOODS[index % len(GOODS)]
    picture, link = f"/pictures/{index}", f"https://shop.example/{index}"
    if case == "hostile":
        name = f'<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> {index}'
        link = BAD_LINKS[index % len(BAD_LINKS)]
    if case == "broken":
        picture = "data:image/png;base64,broken"
    said, amount, currency = price(index, case)
    further = SAME.get(index, 0) if case in {"same", "hostile"} else 0
    return Card(
        rank=index + 1,
        product_id=str(index),
        name=name,
        article=f"LK-{1000 + index}",
        price=said,
        category=None if index % 5 == 4 else "Office",
        score=similarity,
        similarity=similarity,
        picture=picture,
        link=None if index % 10 == 9 else link,
        project=PROJECTS[index % len(PROJECTS)],
        description="" if index % 2 else "Keeps warm for six hours.",
        also=f"also: LK-2000 and {further - 1} more" if further else "",
        same=tuple(
            Same(f"{name} {number}", f"LK-{2000 + number}", f"${number}.90", link)
            for number in range(further)
        ),
        amount=None if case == "priceless" else amount,
        currency=currency,
        large=f"{picture}?large" if picture.startswith("/") else None,
    )


def product_card(index: int, case: str) -> ProductCard:
    """Make one product as a search by words finds it; every fourth is not indexed."""
    shown = card(index, 0.5, case)
    return ProductCard(
        product_id=shown.product_id,
        name=shown.name,
        article=shown.article,
        price=shown.price,
        category=shown.category,
        picture=None if index % 5 == 2 else shown.picture,
        link=shown.link,
        project=shown.project,
        description=shown.description,
        is_indexed=index % 4 != 3,
    )


def threshold(name: str) -> Threshold:
    """Return one of the thresholds that somebody has saved, or the default."""
    return THRESHOLDS[name]
