"""What products are called, in English and in Russian; Russian adjectives agree with their noun."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Gender(IntEnum):
    """The form of an adjective: three genders, and the plural of nouns that have no singular."""

    MASCULINE = 0
    FEMININE = 1
    NEUTER = 2
    PLURAL = 3


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of goods: its English name, its Russian name, and the form that adjectives take."""

    en: str
    ru: str
    gender: Gender


_M, _F, _N, _P = Gender

NOUNS = {
    "mug": Noun("mug", "кружка", _F),
    "tumbler": Noun("travel tumbler", "термостакан", _M),
    "bottle": Noun("insulated bottle", "термобутылка", _F),
    "backpack": Noun("backpack", "рюкзак", _M),
    "tote": Noun("tote bag", "сумка-шопер", _F),
    "t-shirt": Noun("T-shirt", "футболка", _F),
    "hoodie": Noun("hoodie", "худи", _N),
    "cap": Noun("cap", "бейсболка", _F),
    "pen": Noun("pen", "ручка", _F),
    "notebook": Noun("notebook", "блокнот", _M),
    "badge": Noun("button badge", "значок", _M),
    "lanyard": Noun("lanyard", "лента для бейджа", _F),
    "keyring": Noun("keyring", "брелок", _M),
    "power-bank": Noun("power bank", "внешний аккумулятор", _M),
    "usb-stick": Noun("USB stick", "флешка", _F),
    "umbrella": Noun("umbrella", "зонт", _M),
    "cushion": Noun("cushion", "подушка", _F),
    "wall-clock": Noun("wall clock", "настенные часы", _P),
}

_ENDINGS = {"hard": ("ый", "ая", "ое", "ые"), "soft": ("ий", "яя", "ее", "ие")}

_RUSSIAN_COLOURS = {
    "white": ("бел", "hard"),
    "black": ("чёрн", "hard"),
    "red": ("красн", "hard"),
    "orange": ("оранжев", "hard"),
    "yellow": ("жёлт", "hard"),
    "green": ("зелён", "hard"),
    "turquoise": ("бирюзов", "hard"),
    "blue": ("син", "soft"),
    "violet": ("фиолетов", "hard"),
    "pink": ("розов", "hard"),
}

_PRINTS = {
    "stripes": ("striped", "Полосы"),
    "dots": ("polka-dot", "Горох"),
    "waves": ("wave", "Волны"),
    "mountains": ("mountain", "Горы"),
    "leaves": ("leaf", "Листья"),
    "stars": ("star", "Звёзды"),
    "sunrise": ("sunrise", "Рассвет"),
    "geometry": ("geometric", "Геометрия"),
    "two-tone": ("two-tone", "Два цвета"),
}


def product_name(kind: str, colour: str, print_: str) -> dict[str, str]:
    """Return the product's name by language, "en" and "ru"; KeyError for words unknown here."""
    noun = NOUNS[kind]
    adjective = russian_colour(colour, noun.gender).capitalize()
    if print_ == "plain":
        return {"en": f"Plain {colour} {noun.en}", "ru": f"{adjective} {noun.ru} без принта"}
    english, russian = _PRINTS[print_]
    return {
        "en": f"{colour.capitalize()} {noun.en} with a {english} print",
        "ru": f"{adjective} {noun.ru} с принтом «{russian}»",
    }


def russian_colour(colour: str, gender: Gender) -> str:
    """Return the Russian adjective of a colour in the nominative."""
    stem, declension = _RUSSIAN_COLOURS[colour]
    return stem + _ENDINGS[declension][gender]
