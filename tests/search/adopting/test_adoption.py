"""A shop's own tables become the catalogue, and what changes in them follows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from search.engine import SearchEngine
from search.errors import ImportEmpty, TablesAway, TablesForbidden, TablesMissing
from search.hits import Offer
from search.importing.values import LONGEST_DESCRIPTION, LONGEST_NAME
from search.settings import Settings
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.founding import FoundingDatabases, build_founding, checksum
from tests.search.adopting.conftest import BASE, SMALL, Adopt, ask


def reasons(engine: SearchEngine) -> dict[str, int]:
    """Return what the last copy left out, by reason."""
    report = engine.adoption.state().report
    assert report is not None
    return {left.reason: left.count for left in report.left_out}


def addresses(engine: SearchEngine, product: int) -> list[str | None]:
    """Return where a product's pictures are, in their order."""
    found = engine.store.imports.find("adopted", [str(product)])
    return [picture.address for picture in found[str(product)].pictures]


def test_two_databases_a_quoted_schema_and_no_right_to_write(
    empty_database: Callable[[], str], adopting: Adopt
) -> None:
    """Products are in one database, vectors in another, and neither is touched."""
    shop = build_founding(
        empty_database(), empty_database(), products=SMALL, indexed=False, schema="Shop 1"
    )
    before = [checksum(address, "Shop 1") for address in (shop.catalogue, shop.vectors)]
    engine = adopting(shop)
    report = engine.adoption.refresh()
    assert report is not None
    assert report.products.added == SMALL
    assert report.tables[0] == "Shop 1.products"
    assert {space.space: space.added for space in report.spaces}[CLIP] > SMALL * 0.8
    assert [checksum(address, "Shop 1") for address in (shop.catalogue, shop.vectors)] == before


def test_a_catalogue_of_ones_own_is_not_doubled_unasked(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Whoever imported his goods gets those of such tables when he asks, and from then on."""
    engine = adopting(founding)
    engine.store.products.add("mine", products(unit_vectors(1)))
    engine.adoption._refresh_unasked()
    assert engine.store.products.count()[0] == 1
    engine.adoption.refresh()
    assert engine.store.products.count()[0] == SMALL + 1
    ask(founding.catalogue, "UPDATE products SET name = 'Renamed' WHERE id = 1003")
    engine.adoption._refresh_unasked()
    stored = engine.store.imports.find("adopted", ["1003"])["1003"].fields
    assert stored.name == {"en": "Renamed"}


def test_everything_that_the_tables_tell_is_there(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Names, articles, offers and the lowest price, project, region, link; the main picture first.

    What is missing in a row is filled in, as far as there is anything to fill it in with.
    """
    engine = adopting(founding)
    engine.adoption.refresh()
    stored = engine.store.imports.find("adopted", [str(1000 + n) for n in (3, 12, 37, 53, 23, 10)])
    third = stored["1003"].fields
    assert (third.article, third.name, third.description) == ("ART-3", {"en": "Backpack 3"}, None)
    assert (third.project, third.region) == ("Проект 4", None if 4 % 6 == 0 else "Регион 0")
    assert third.link == "https://docs.google.com/spreadsheets/d/4"
    assert (third.price, third.currency) == (Decimal("971.50"), "RUB")
    assert third.offers[0] == Offer(
        100, {"RUB": Decimal("992.50"), "USD": Decimal("14.00")}, "air", 31
    )
    assert stored["1037"].fields.article == "1037"
    assert stored["1053"].fields.name == {"en": "ART-53"}
    assert stored["1023"].fields.currency == "USD"
    assert stored["1010"].fields.link == "https://docs.google.com/spreadsheets/d/11"
    file = "%D0%A4%D0%BE%D1%82%D0%BE%20%E2%84%96{}%20%23{}%20100%25%3F.jpg"
    assert addresses(engine, 1012) == [f"{BASE}/{file.format(12, k)}" for k in (1, 2)]
    # The third column comes last although it has the first number, and nothing is the main one.
    assert addresses(engine, 1028) == [f"https://cdn.example/p/28/{k}.jpg" for k in (2, 1)]


def test_what_changes_in_the_tables_follows(founding: FoundingDatabases, adopting: Adopt) -> None:
    """A price, a vector, a picture and a product, and nothing but what belongs to them."""
    engine = adopting(founding)
    engine.adoption.refresh()
    owner = founding.catalogue
    ask(owner, "UPDATE price_offers SET price_rub = 7 WHERE product_id = 1001")
    ask(owner, "DELETE FROM products WHERE id = 1009")
    ask(owner, "UPDATE product_images SET image_url = 'https://cdn.example/new' WHERE id = 10111")
    ask(owner, "UPDATE image_embeddings SET image_embedding = NULL WHERE product_id = 1004")
    ask(
        owner,
        "UPDATE image_embeddings SET image_embedding = %s::vector WHERE product_id = 1005",
        str(unit_vectors(1)[0].tolist()),
    )
    report = engine.adoption.refresh()
    assert report is not None
    assert (report.products.changed, report.products.removed) == (2, 1)
    assert (report.pictures.added, report.pictures.removed) == (1, 2)
    # Those of the product and of the picture that are gone went with them.
    (clip,) = (space for space in report.spaces if space.space == CLIP)
    assert (clip.added, clip.changed, clip.removed, clip.own) == (1, 1, 1, 0)
    assert engine.store.imports.find("adopted", ["1001"])["1001"].fields.price == Decimal(7)
    assert addresses(engine, 1011) == ["https://cdn.example/new"]


def test_texts_are_kept_as_those_of_an_import(founding: FoundingDatabases, adopting: Adopt) -> None:
    """In lines, without what cannot be shown, and no longer than anybody reads."""
    ask(
        founding.catalogue,
        "UPDATE products SET description = %s WHERE id = 1003",
        " White. \r\n\x07 Holds\u20280.3 l.\n" + "x" * 6000,
    )
    ask(
        founding.catalogue,
        "UPDATE projects SET project_name = %s, region = %s",
        "Spring\nfair " + "x" * 180,
        "\x1b Ural\tEast",
    )
    ask(founding.catalogue, "ALTER TABLE price_offers ALTER route TYPE text")
    ask(founding.catalogue, "UPDATE price_offers SET route = 'by\n' || repeat('x', 600)")
    engine = adopting(founding)
    engine.adoption.refresh()
    stored = engine.store.imports.find("adopted", ["1003"])["1003"].fields
    assert stored.description is not None
    assert stored.description.startswith("White.\nHolds\n0.3 l.\nxxx")
    assert len(stored.description) == LONGEST_DESCRIPTION
    assert (stored.project, stored.region) == ("Spring fair " + "x" * 180, "Ural East")
    assert stored.offers[0].route == "by " + "x" * (LONGEST_NAME - 3)


def test_a_query_by_article_gives_way_to_tables_with_ids(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Products that an article names alone stay what they are, whatever was judged of them."""
    query = (
        "SELECT article_number AS article, 'a' AS name, '' AS picture FROM products"
        " WHERE article_number LIKE 'ART%' ORDER BY 1"
    )
    adopting(founding, catalogue_query=query).adoption.refresh()
    before = dict(ask(founding.catalogue, "SELECT article_number, id FROM likeness.products"))
    engine = adopting(founding)
    engine.adoption.refresh()
    alone = dict(
        ask(
            founding.catalogue,
            "SELECT min(id)::text, article_number FROM products WHERE article_number LIKE 'ART%'"
            " GROUP BY article_number HAVING count(*) = 1",
        )
    )
    found = engine.store.imports.find("adopted", list(alone))
    assert {key: known.id for key, known in found.items()} == {
        key: before[article] for key, article in alone.items()
    }
    assert 0 < reasons(engine)["not_one_id"] == len(before) - len(alone)


def test_views_and_missing_tables_and_columns_will_do(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Offers and projects may be missing, columns as well, and tables may be views."""
    for statement in (
        "DROP TABLE price_offers",
        "DROP TABLE projects",
        "ALTER TABLE products RENAME TO goods",
        'CREATE VIEW "Products" AS SELECT id, name AS "Name" FROM goods',
        "ALTER TABLE product_images DROP is_main_image, DROP display_order, DROP updated_at",
        "ALTER TABLE image_embeddings RENAME TO vectors",
        "CREATE VIEW image_embeddings AS TABLE vectors",
        'GRANT SELECT ON "Products", image_embeddings TO PUBLIC',
    ):
        ask(founding.catalogue, statement)
    engine = adopting(founding)
    report = engine.adoption.refresh()
    assert report is not None
    assert report.products.added == SMALL
    assert {"price_offers", "projects", "Products.article_number"} <= set(report.missing)
    assert engine.store.imports.find("adopted", ["1003"])["1003"].fields.article == "1003"
    assert engine.adoption.refresh() is None
    ask(founding.catalogue, "UPDATE goods SET name = 'New' WHERE id = 1003")
    ask(founding.catalogue, "DELETE FROM vectors WHERE product_id = 1003")
    report = engine.adoption.refresh()
    assert report is not None
    assert report.products.changed == 1
    assert sum(space.removed for space in report.spaces) == 1


def test_a_missing_right_is_told_with_the_statement_that_grants_it(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Nothing is copied by halves, and after the statement all of it is."""
    user = conninfo_to_dict(founding.reads_catalogue)["user"]
    ask(founding.catalogue, f"REVOKE ALL ON price_offers FROM {user}")
    engine = adopting(founding)
    with pytest.raises(TablesForbidden, match=r"may not read public\.price_offers") as raised:
        engine.adoption.refresh()
    assert engine.store.products.count() == (0, 0)
    assert engine.adoption.state().error is raised.value
    ask(founding.catalogue, str(raised.value.facts["grant"]))
    assert engine.adoption.refresh() is not None
    assert engine.adoption.state().error is None


def test_a_base_address_brings_in_what_has_only_a_files_name(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """Without one these pictures are counted, and the setting is another catalogue."""
    without = adopting(founding, picture_base_url=None)
    without.adoption.refresh()
    left_out = reasons(without)["no_base"]
    assert left_out > SMALL / 7
    engine = adopting(founding)
    report = engine.adoption.refresh()
    assert report is not None
    assert report.pictures.added == left_out
    assert "no_base" not in reasons(engine)


def test_tables_that_were_emptied_do_not_empty_the_catalogue(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """A shop that reloads its tables has none for a moment."""
    engine = adopting(founding)
    engine.adoption.refresh()
    ask(founding.catalogue, "TRUNCATE products")
    with pytest.raises(ImportEmpty):
        engine.adoption.refresh()
    assert engine.store.products.count()[0] == SMALL


@pytest.mark.parametrize("table", ["products", "image_embeddings"])
def test_a_table_that_somebody_locks_is_told_of_and_not_waited_for(
    founding: FoundingDatabases, adopting: Adopt, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    """Nobody would know what a refresh waits for; the next one finds the table again."""
    for module in ("foreign", "founding"):
        monkeypatch.setattr(f"search.store.{module}.LOCK_SECONDS", 0.05)
    engine = adopting(founding)
    with psycopg.connect(founding.catalogue) as owner:
        owner.execute(f"LOCK TABLE public.{table} IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(TablesAway, match="another program has locked a table"):
            engine.adoption.refresh()
    assert engine.adoption.refresh() is not None


def test_tables_that_are_gone_are_missed_where_they_were_copied_from(
    founding: FoundingDatabases, adopting: Adopt
) -> None:
    """The catalogue stays as it is, and whoever looks is told that it follows nothing any more."""
    engine = adopting(founding)
    engine.adoption.refresh()
    ask(founding.catalogue, "ALTER TABLE products RENAME TO products_before")
    engine.adoption.refresh_quietly()
    assert isinstance(engine.adoption.state().error, TablesMissing)
    assert engine.store.products.count()[0] == SMALL
    ask(founding.catalogue, "ALTER TABLE products_before RENAME TO products")
    engine.adoption.refresh_quietly()
    assert engine.adoption.state().error is None


def test_a_database_without_such_tables_has_nothing_to_adopt(
    engine: SearchEngine, conninfo: str, settings: Settings
) -> None:
    """The catalogue is then what was imported, and the page says nothing of a source."""
    told = settings.model_copy(update={"vector_database_url": SecretStr(conninfo)})
    other = SearchEngine(told, engine.store)
    with pytest.raises(TablesMissing, match="products, product_images"):
        other.adoption.refresh()
    assert not other.adoption.state().is_adopted
