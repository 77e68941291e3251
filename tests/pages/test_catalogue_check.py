"""The catalogue page where no picture can be had to check encoder and catalogue with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pages.parts.plain import plain
from search.encoders.builtin import SPACE, BuiltinEncoder
from search.photo import read_photo
from search.store.store import Store
from tests.catalogues import products, send_away, unit_vectors
from tests.pages.conftest import Open
from tests.pages.test_catalogue import a_picture, press


def test_an_unchecked_catalogue_is_called_so(store: Store, open_page: Open) -> None:
    """Neither agreement nor its opposite is claimed; the reason is given."""
    store.products.add("shop", products(unit_vectors(2), space=SPACE))
    send_away(store, "http://127.0.0.1:9")
    page = open_page("catalogue", BuiltinEncoder(), "ru").run()
    next(button for button in page.button if "Проверить" in button.label).click().run()
    assert not page.exception
    (warning,) = (one.value for one in page.warning if "Не проверено" in one.value)
    assert plain("127.0.0.1") in warning
    assert not any("одходит" in one.value for one in (*page.success, *page.error))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("Check", "They agree: 4 pictures", "1 of 5 pictures seems to have been replaced")),
        ("ru", ("Проверить", "Подходит: 4 картинки", "Похоже, 1 картинку из 5 заменили")),
    ],
)
def test_a_replaced_picture_is_told_apart_from_a_wrong_model(
    store: Store, open_page: Open, code: str, words: tuple[str, str, str]
) -> None:
    """Most pictures fit, and that one does not is said by itself, with what puts it right."""
    label, fits, replaced = words
    encoder = BuiltinEncoder()
    pictures = [a_picture(40 * number) for number in range(5)]
    vectors = [encoder.encode(read_photo(content)) for content in pictures]
    made = products(unit_vectors(5), space=SPACE)
    goods = [
        replace(product, picture=content, embedding=vector)
        for product, content, vector in zip(made, pictures, vectors, strict=True)
    ]
    store.products.add("shop", goods)
    first, _ = store.pictures.sample(SPACE, 1)[0]
    with store.database.connection() as connection:
        connection.execute(
            "UPDATE likeness.image_embeddings SET image_embedding = %s WHERE picture_id = %s",
            (unit_vectors(1)[0], first),
        )
    page = press(open_page("catalogue", encoder, code).run(), label)
    assert not page.exception
    assert not page.error
    assert any(one.value.startswith(fits) for one in page.success)
    assert any(one.value.startswith(replaced) for one in page.warning)
