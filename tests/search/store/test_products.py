"""Products and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from search.catalogue_picture import KeptPicture
from search.errors import DatabaseForbidden
from search.store.database import Database
from search.store.import_changes import NewPicture, ProductChange, ProductFields
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.catalogues import give_vectors, products, unit_vectors, waiting


def test_adding_twice_changes_nothing(store: Store) -> None:
    """A catalogue that is loaded again is the catalogue that was there."""
    new = products(unit_vectors(3))
    assert store.products.add("test", new) == 3
    assert store.products.add("test", new) == 0
    assert store.products.count() == (3, 3)


def test_the_same_article_of_another_source_is_another_product(store: Store) -> None:
    """Two catalogues may use the same numbers."""
    new = products(unit_vectors(3))
    store.products.add("one", new)
    assert store.products.add("two", new) == 3
    assert store.products.has_source("two")
    assert not store.products.has_source("three")


def test_a_picture_is_found_by_its_content(store: Store) -> None:
    """The address of a picture is the hash of what it shows."""
    store.products.add("test", products(unit_vectors(2)))
    found = store.products.picture(sha256(b"ART 1").hexdigest())
    assert found is not None
    assert (found.content, found.media_type) == (b"ART 1", "image/webp")
    assert store.products.picture("0" * 64) is None


def test_categories_are_counted(store: Store) -> None:
    """The catalogue page can say what is in it."""
    store.products.add("test", products(unit_vectors(4)))
    assert store.products.categories() == [({"en": "Things", "ru": "Вещи"}, 4)]


def kept(content: bytes) -> KeptPicture:
    """Return a picture that was fetched or read."""
    digest = sha256(content).hexdigest()
    return KeptPicture(digest, digest, "image/png", content)


def change(article: str, *pictures: NewPicture, number: int | None = None) -> ProductChange:
    """Return a product with pictures on its way in."""
    fields = ProductFields(article, {"en": article})
    return ProductChange(article, number, fields, pictures, (), ())


def test_a_picture_that_was_not_fetched_is_called_by_its_number(store: Store) -> None:
    """Products are shown by their first picture, fetched or not; only what is here is encoded."""
    web = NewPicture("https://shop.example/a.jpg", 0, None)
    there = NewPicture("a.png", 1, kept(b"there"))
    store.imports.write("shop", {}, [change("A", web, there), change("B", there)])
    numbers = store.products.numbers(["A", "B"])
    (unfetched,) = (picture for picture in waiting(store) if picture.digest is None)
    shown = store.products.with_pictures(list(numbers.values()))
    assert {number: picture for number, (_, picture) in shown.items()} == {
        numbers["A"]: str(unfetched.id),
        numbers["B"]: sha256(b"there").hexdigest(),
    }
    assert store.products.count() == (2, 3)
    fetched = [picture for picture in waiting(store) if picture.digest]
    assert [picture.content for picture in fetched] == [b"there"] * 2
    give_vectors(store, fetched, unit_vectors(2))
    found = {number for number, _ in store.pictures.sample(CLIP, 9)}
    assert found == {picture.id for picture in fetched}
    (hit, _) = store.embeddings.nearest(Embedding(unit_vectors(1)[0], CLIP), 9)
    assert hit.product.article == "A"


def test_a_vector_of_what_was_replaced_is_not_stored(store: Store) -> None:
    """Encoding takes seconds, and an import does not wait for it."""
    at = NewPicture("a.png", 0, kept(b"old"))
    store.imports.write("shop", {}, [change("A", at), change("B", at)])
    pictures = waiting(store)
    found = store.imports.find("shop", ["A", "B"])
    replaced = change("A", NewPicture("a.png", 0, kept(b"new")), number=found["A"].id)
    store.imports.write("shop", {}, [replaced])
    store.imports.remove([found["B"].id])
    give_vectors(store, pictures, unit_vectors(2))
    assert store.embeddings.count(CLIP) == 0
    assert [picture.content for picture in waiting(store)] == [b"new"]


def test_writing_again_takes_the_place_of_what_was_there(store: Store) -> None:
    """Two that import the same at once end with one product and one picture of it."""
    at = NewPicture("a.png", 0, kept(b"x"))
    for _ in range(2):
        store.imports.write("shop", {"mugs": {"en": "Mugs"}}, [change("A", at)])
    assert store.products.count() == (1, 1)
    store.imports.write("shop", {"mugs": {"ru": "Кружки"}}, [])
    assert store.products.category_names() == {"mugs": {"en": "Mugs", "ru": "Кружки"}}


def test_a_portion_is_stored_whole_or_not_at_all(store: Store) -> None:
    """A product does not come without the pictures that belong to it."""
    bad = ProductChange("B", None, ProductFields("B", {}, "no such"), (), (), ())
    with pytest.raises(DatabaseForbidden):
        store.imports.write("shop", {}, [change("A"), bad])
    assert store.products.count() == (0, 0)


def test_many_products_are_removed_by_portions(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that belongs to them goes with them."""
    monkeypatch.setattr("search.store.imports.REMOVED_AT_ONCE", 2)
    store.products.add("test", products(unit_vectors(5)))
    gone = store.imports.gone("test", ["ART-3"])
    assert list(gone.values()) == [1] * 4
    assert store.imports.remove(list(gone)) == 4
    assert store.products.count() == (1, 1)
    assert store.embeddings.count(CLIP) == 1


@pytest.fixture
def elsewhere(conninfo: str) -> Iterator[Store]:
    """Return the same catalogue as another process has it."""
    other = Store.on(Database(conninfo))
    yield other
    other.close()


def execute(store: Store, *statements: str) -> None:
    """Do what somebody else's program does, in one transaction."""
    with store.database.connection() as connection, connection.transaction():
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("DELETE FROM likeness.products WHERE id = 1", (2, 2)),
        ("DELETE FROM likeness.pictures WHERE id = 1", (3, 2)),
        (
            "INSERT INTO likeness.pictures (product_id, address) VALUES (1, 'https://a.test')",
            (3, 4),
        ),
        ("TRUNCATE likeness.pictures CASCADE", (3, 0)),
    ],
)
def test_what_comes_or_goes_is_counted_at_once_by_every_process(
    store: Store, elsewhere: Store, change: str, left: tuple[int, int]
) -> None:
    """After an import, or a removal, all of them say the right numbers."""
    assert elsewhere.products.count() == (0, 0)
    store.products.add("test", products(unit_vectors(3)))
    assert elsewhere.products.count() == store.products.count() == (3, 3)
    execute(store, change)
    assert elsewhere.products.count() == store.products.count() == left


def test_an_import_under_way_is_counted_when_it_is_done(store: Store, elsewhere: Store) -> None:
    """Who looks meanwhile keeps no number that is wrong a moment later."""
    with store.database.connection() as connection, connection.transaction():
        connection.execute(
            "INSERT INTO likeness.products (source, key, article_number, name)"
            " VALUES ('test', 'A', 'A', '{}')"
        )
        assert elsewhere.products.count() == (0, 0)
    assert elsewhere.products.count() == (1, 0)


def test_it_is_not_counted_again_until_something_comes_or_goes(store: Store) -> None:
    """At a million products a view of the page must not look at each; summing up changes nothing.

    That nothing was counted shows where something went without being noted.
    """
    for number in range(3):
        store.products.add("test", products(unit_vectors(1), prefix=f"{number}"))
    store.maintain()
    assert store.products.count() == (3, 3)
    execute(
        store,
        "ALTER TABLE likeness.pictures DISABLE TRIGGER pictures_come_and_go",
        "DELETE FROM likeness.pictures WHERE id = 1",
        "ALTER TABLE likeness.pictures ENABLE TRIGGER pictures_come_and_go",
        "UPDATE likeness.products SET price = 5",
    )
    store.maintain()
    assert store.products.count() == (3, 3)
    with store.database.connection() as connection:
        noted = connection.execute("SELECT changes FROM likeness.catalogue_changes").fetchall()
    assert noted == [(3,)]
    store.products.add("test", products(unit_vectors(1), prefix="more"))
    assert store.products.count() == (4, 3)
