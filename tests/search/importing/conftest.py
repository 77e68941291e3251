"""What imports are tried with: an importer, and everything the catalogue's tables hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search.importing.importer import Importer
from search.importing.report import ImportReport
from search.importing.rows import CatalogueSource
from search.photo import read_photo
from search.store.store import Store

Paint = Callable[..., bytes]
Run = Callable[..., ImportReport]
Dump = Callable[[], list[list[tuple[Any, ...]]]]

_TABLES = (
    "SELECT * FROM likeness.categories ORDER BY id",
    "SELECT *, xmin FROM likeness.products ORDER BY id",
    "SELECT *, xmin FROM likeness.pictures ORDER BY id",
    "SELECT space_id, picture_id, product_id FROM likeness.image_embeddings ORDER BY 1, 2",
)


@pytest.fixture
def run(store: Store) -> Run:
    """Return what imports a source, by default under the name "shop"."""

    def imported(source: CatalogueSource, name: str = "shop", **options: bool) -> ImportReport:
        return Importer(store, read_photo).run(source, name, lambda _: None, **options)

    return imported


@pytest.fixture
def dump(store: Store) -> Dump:
    """Return what reads the whole catalogue; a row that was written again differs."""

    def read() -> list[list[tuple[Any, ...]]]:
        with store.database.connection() as connection:
            return [connection.execute(table).fetchall() for table in _TABLES]

    return read


@pytest.fixture
def shop(tmp_path: Path, picture: Paint) -> Path:
    """Return a folder with two categories of pictures, and what lies around among pictures."""
    for name, colour in (
        ("hats/red.png", "red"),
        ("hats/blue.png", "blue"),
        ("mugs/1.jpg", "pink"),
    ):
        place = tmp_path / "shop" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(picture(colour, kind="JPEG" if place.suffix == ".jpg" else "PNG"))
    (tmp_path / "shop" / "hats" / "notes.txt").write_text("no picture")
    (tmp_path / "shop" / "hats" / "._red.png").write_bytes(b"what another system left")
    return tmp_path / "shop"
