"""The list of the demo's products: every kind in its colours and prints."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from search.demo.naming import product_name

CURRENCY = "RUB"


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """One product. Names and categories are by language: "en", "ru"."""

    article: str
    kind: str
    colour: str
    print: str
    name: dict[str, str]
    category: dict[str, str]
    price: Decimal
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of goods: the letters of its articles, its category, its price plain, its range."""

    prefix: str
    category: dict[str, str]
    price: int
    colours: tuple[str, ...]
    prints: tuple[str, ...]


_DRINKWARE = {"en": "Drinkware", "ru": "Посуда"}
_BAGS = {"en": "Bags", "ru": "Сумки и рюкзаки"}
_CLOTHING = {"en": "Clothing", "ru": "Одежда"}
_STATIONERY = {"en": "Stationery", "ru": "Канцелярия"}
_EVENTS = {"en": "Events", "ru": "Для мероприятий"}
_ELECTRONICS = {"en": "Electronics", "ru": "Электроника"}
_HOME = {"en": "Home and leisure", "ru": "Дом и отдых"}

# Eight of ten colours each, so that no range holds three neighbours on the colour wheel.
_CLASSIC = ("white", "black", "red", "yellow", "green", "blue", "violet", "pink")
_FRESH = ("white", "black", "red", "yellow", "green", "turquoise", "blue", "pink")
_WARM = ("white", "black", "red", "orange", "yellow", "green", "blue", "violet")

LINES = {
    "mug": Line(
        "MUG", _DRINKWARE, 390, _CLASSIC, ("plain", "stripes", "mountains", "leaves", "geometry")
    ),
    "tumbler": Line(
        "TMB", _DRINKWARE, 1190, _FRESH, ("plain", "dots", "waves", "stars", "two-tone")
    ),
    "bottle": Line(
        "BTL", _DRINKWARE, 1390, _WARM, ("plain", "stripes", "mountains", "leaves", "geometry")
    ),
    "backpack": Line(
        "BPK", _BAGS, 2990, _CLASSIC, ("plain", "stripes", "mountains", "leaves", "geometry")
    ),
    "tote": Line("TOT", _BAGS, 490, _FRESH, ("plain", "sunrise", "leaves", "dots", "geometry")),
    "t-shirt": Line(
        "TSH", _CLOTHING, 890, _CLASSIC, ("plain", "stripes", "mountains", "sunrise", "geometry")
    ),
    "hoodie": Line("HOD", _CLOTHING, 2490, _FRESH, ("plain", "dots", "waves", "stars", "sunrise")),
    "cap": Line("CAP", _CLOTHING, 690, _WARM, ("plain", "stripes", "leaves", "dots", "two-tone")),
    "pen": Line(
        "PEN", _STATIONERY, 90, _CLASSIC, ("plain", "stripes", "dots", "geometry", "waves")
    ),
    "notebook": Line(
        "NTB", _STATIONERY, 490, _WARM, ("plain", "stripes", "mountains", "leaves", "geometry")
    ),
    "badge": Line("BDG", _EVENTS, 60, _FRESH, ("plain", "stars", "mountains", "sunrise", "dots")),
    "lanyard": Line(
        "LNY", _EVENTS, 150, _CLASSIC, ("plain", "stripes", "geometry", "waves", "stars")
    ),
    "keyring": Line("KEY", _EVENTS, 190, _WARM, ("plain", "stripes", "leaves", "stars", "waves")),
    "power-bank": Line(
        "PWB", _ELECTRONICS, 1790, _FRESH, ("plain", "sunrise", "stars", "waves", "geometry")
    ),
    "usb-stick": Line(
        "USB", _ELECTRONICS, 690, _WARM, ("plain", "stripes", "dots", "geometry", "two-tone")
    ),
    "umbrella": Line(
        "UMB", _HOME, 1590, _CLASSIC, ("plain", "dots", "waves", "sunrise", "geometry")
    ),
    "cushion": Line(
        "CSH", _HOME, 990, _FRESH, ("plain", "stripes", "mountains", "leaves", "geometry")
    ),
    "wall-clock": Line("CLK", _HOME, 1290, _WARM, ("plain", "dots", "waves", "stars", "sunrise")),
}

_FIRST_NUMBER = 1001


def catalogue() -> tuple[DemoProduct, ...]:
    """Return every product, in a fixed order: by kind, then colour, then print."""
    return tuple(product for kind in LINES for product in _range(kind))


def _range(kind: str) -> list[DemoProduct]:
    line = LINES[kind]
    pairs = [(colour, print_) for colour in line.colours for print_ in line.prints]
    return [
        DemoProduct(
            article=f"{line.prefix}-{number}",
            kind=kind,
            colour=colour,
            print=print_,
            name=product_name(kind, colour, print_),
            category=line.category,
            price=_price(line, print_),
        )
        for number, (colour, print_) in enumerate(pairs, _FIRST_NUMBER)
    ]


def _price(line: Line, print_: str) -> Decimal:
    """Charge 6 % for each further place in the list of prints, in whole tens of roubles."""
    dearer = line.price * (100 + 6 * line.prints.index(print_)) / 100
    return Decimal(round(dearer / 10) * 10).quantize(Decimal("0.01"))
