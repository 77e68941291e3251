"""The catalogue page where no picture can be had to check encoder and catalogue with."""

from __future__ import annotations

from search.encoders.builtin import SPACE, BuiltinEncoder
from search.store.store import Store
from tests.catalogues import products, send_away, unit_vectors
from tests.pages.conftest import Open


def test_an_unchecked_catalogue_is_called_so(store: Store, open_page: Open) -> None:
    """Neither agreement nor its opposite is claimed; the reason is given."""
    store.products.add("shop", products(unit_vectors(2), space=SPACE))
    send_away(store, "http://127.0.0.1:9")
    page = open_page("catalogue", BuiltinEncoder(), "ru").run()
    next(button for button in page.button if "Проверить" in button.label).click().run()
    assert not page.exception
    (warning,) = (one.value for one in page.warning if "Не проверено" in one.value)
    assert "127.0.0.1" in warning
    assert not any("одходит" in one.value for one in (*page.success, *page.error))
