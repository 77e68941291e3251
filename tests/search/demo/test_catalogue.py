"""The demo's list of products and their names."""

from __future__ import annotations

from itertools import product

import pytest

from search.demo.catalogue import LINES, catalogue
from search.demo.look import GOODS_COLOURS
from search.demo.naming import NOUNS, product_name
from search.demo.prints import PRINTS

RUSSIAN = {
    "mug": ("Синяя кружка без принта", "Белая кружка с принтом «Горы»"),
    "tumbler": ("Синий термостакан без принта", "Белый термостакан с принтом «Горы»"),
    "bottle": ("Синяя термобутылка без принта", "Белая термобутылка с принтом «Горы»"),
    "backpack": ("Синий рюкзак без принта", "Белый рюкзак с принтом «Горы»"),
    "tote": ("Синяя сумка-шопер без принта", "Белая сумка-шопер с принтом «Горы»"),
    "t-shirt": ("Синяя футболка без принта", "Белая футболка с принтом «Горы»"),
    "hoodie": ("Синее худи без принта", "Белое худи с принтом «Горы»"),
    "cap": ("Синяя бейсболка без принта", "Белая бейсболка с принтом «Горы»"),
    "pen": ("Синяя ручка без принта", "Белая ручка с принтом «Горы»"),
    "notebook": ("Синий блокнот без принта", "Белый блокнот с принтом «Горы»"),
    "badge": ("Синий значок без принта", "Белый значок с принтом «Горы»"),
    "lanyard": ("Синяя лента для бейджа без принта", "Белая лента для бейджа с принтом «Горы»"),
    "keyring": ("Синий брелок без принта", "Белый брелок с принтом «Горы»"),
    "power-bank": (
        "Синий внешний аккумулятор без принта",
        "Белый внешний аккумулятор с принтом «Горы»",
    ),
    "usb-stick": ("Синяя флешка без принта", "Белая флешка с принтом «Горы»"),
    "umbrella": ("Синий зонт без принта", "Белый зонт с принтом «Горы»"),
    "cushion": ("Синяя подушка без принта", "Белая подушка с принтом «Горы»"),
    "wall-clock": ("Синие настенные часы без принта", "Белые настенные часы с принтом «Горы»"),
}


def test_there_are_at_least_six_hundred_products_of_fourteen_kinds() -> None:
    """The demo looks like a real shop, not like a dozen examples."""
    products = catalogue()
    assert len(products) >= 600
    assert len({each.kind for each in products}) >= 14


def test_an_article_names_one_product() -> None:
    """An article can be typed into an order."""
    articles = [each.article for each in catalogue()]
    assert len(set(articles)) == len(articles)


def test_kind_colour_and_print_name_one_product() -> None:
    """Ground truth is unambiguous: no two products differ in their article alone."""
    truths = {(each.kind, each.colour, each.print) for each in catalogue()}
    assert len(truths) == len(catalogue())


def test_every_product_can_be_shown_and_sold_in_both_languages() -> None:
    """A product has a name and a category in English and Russian, and a price."""
    for each in catalogue():
        assert set(each.name) == set(each.category) == {"en", "ru"}
        assert all(each.name.values())
        assert all(each.category.values())
        assert each.price > 0
        assert each.currency == "RUB"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_two_products_share_a_name(language: str) -> None:
    """A list of names alone tells products apart."""
    names = [each.name[language] for each in catalogue()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", LINES)
def test_russian_adjectives_agree_with_their_noun(kind: str) -> None:
    """Soft and hard adjectives take the noun's gender, or the plural of nouns without singular."""
    names = (
        product_name(kind, "blue", "plain")["ru"],
        product_name(kind, "white", "mountains")["ru"],
    )
    assert names == RUSSIAN[kind]


def test_english_names_read_as_a_shop_writes_them() -> None:
    """The English name begins with the colour, or with "Plain"."""
    assert product_name("mug", "blue", "mountains")["en"] == "Blue mug with a mountain print"
    assert product_name("usb-stick", "red", "plain")["en"] == "Plain red USB stick"


def test_every_kind_colour_and_print_has_a_word() -> None:
    """No product can be drawn that cannot be named."""
    for kind, colour, print_ in product(NOUNS, GOODS_COLOURS, PRINTS):
        assert all(product_name(kind, colour, print_).values())
