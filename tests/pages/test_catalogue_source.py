"""Where an adopted catalogue comes from, on the catalogue page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.adopting.report import AdoptionReport, LeftOut
from search.encoders.builtin import BuiltinEncoder
from search.importing.report import Tally
from search.settings import Settings
from search.store.founding_vectors import SpaceCounts
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.founding import build_founding

Open = Callable[..., AppTest]
SMALL = 60


@pytest.fixture
def shop(empty_database: Callable[[], str]) -> str:
    """Return the address of a shop's database without any tables yet."""
    return empty_database()


@pytest.fixture
def settings(settings: Settings, shop: str) -> Settings:
    """Return the settings of an app that knows where the shop has its tables."""
    return settings.model_copy(update={"database_url": SecretStr(shop)})


def adopted(store: Store) -> None:
    """Note a copy of tables, with something left out."""
    store.products.add("adopted", products(unit_vectors(3)))
    report = AdoptionReport(
        "tables",
        dry_run=False,
        products=Tally(added=3),
        pictures=Tally(added=3, left_out=64),
        spaces=(SpaceCounts(CLIP, added=1200, changed=34),),
        left_out=(LeftOut("no_address", 64, ("product_images.id=7",)), LeftOut("vector_zero", 2)),
        tables=("public.products",),
        missing=("projects",),
    )
    store.adoptions.begin("elsewhere:77", 3)
    store.adoptions.finish("{}", report.plain())


def test_a_catalogue_that_was_imported_has_no_source(open_page: Open, store: Store) -> None:
    """Nobody is told of tables that there are not."""
    store.products.add("shop", products(unit_vectors(3)))
    page = open_page("catalogue", BuiltinEncoder()).run()
    assert not page.exception
    assert "Where it comes from" not in [header.value for header in page.header]


def test_the_source_is_told_with_what_was_left_out(open_page: Open, store: Store) -> None:
    """Since when it is so, what is missing, and each reason with its number."""
    adopted(store)
    page = open_page("catalogue", BuiltinEncoder()).run()
    assert not page.exception
    assert any("Copied from your own tables" in caption.value for caption in page.caption)
    assert any("openai/clip-vit-base-patch32: 1,234." in c.value for c in page.caption)
    assert any("projects" in caption.value for caption in page.caption)
    assert page.expander[0].label == "Left out: 66"
    table = page.dataframe[0].value
    assert next(iter(table["Reason"])) == "pictures with neither an address nor a file's name"
    assert list(table["How many"]) == [64, 2]


def test_it_can_be_refreshed_by_hand(open_page: Open, store: Store) -> None:
    """One press, and the page is whole again when it is done; in Russian as well."""
    adopted(store)
    page = open_page("catalogue", BuiltinEncoder(), "ru").run()
    next(b for b in page.button if b.label == "Обновить из таблиц").click().run()
    assert get_engine().adoption.join(20)
    page.run()
    assert not page.exception
    assert page.expander[0].label == "Пропущено: 66"


def test_a_copy_that_another_process_makes_is_watched(open_page: Open, store: Store) -> None:
    """How far it is; an empty catalogue that is being filled offers no demo."""
    store.adoptions.begin("elsewhere:77", 300)
    store.adoptions.beat(120)
    with store.adoptions.turn() as ours:
        assert ours
        page = open_page("catalogue", BuiltinEncoder()).run()
        assert not page.exception
        assert any("elsewhere:77 copies" in caption.value for caption in page.caption)
        assert not page.info
    page.run()
    assert "The catalogue is empty" in page.info[0].value


@pytest.mark.parametrize(
    ("language", "said", "label"),
    [
        ("en", "60 products in the tables at DATABASE_URL are not copied", "Copy them into"),
        ("ru", "60 товаров из таблиц в DATABASE_URL не скопировано", "Скопировать в каталог"),
    ],
)
def test_tables_beside_an_imported_catalogue_are_offered(
    open_page: Open, store: Store, shop: str, *, language: str, said: str, label: str
) -> None:
    """How many products they have and what pressing does; one press, and they are followed."""
    build_founding(shop, products=SMALL, indexed=False)
    store.products.add("mine", products(unit_vectors(3)))
    page = open_page("catalogue", BuiltinEncoder(), language)
    get_engine().adoption._refresh_unasked()
    page.run()
    assert not page.exception
    assert any(said in text.value for text in page.markdown)
    assert any("public\\.product\\_images" in caption.value for caption in page.caption)
    assert page.metric[0].value == "3"
    next(b for b in page.button if b.label.startswith(label)).click().run()
    assert get_engine().adoption.join(20)
    page.run()
    assert not page.exception
    assert page.metric[0].value == str(SMALL + 3)
    assert not any(said in text.value for text in page.markdown)
    assert not any(button.label.startswith(label) for button in page.button)
