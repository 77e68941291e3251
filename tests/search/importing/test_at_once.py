"""Several write about the same pictures at once: none of them fails, whatever their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import pytest
from tenacity import stop_after_attempt

from search.importing.csv_file import CsvSource
from search.importing.folder import FolderSource
from search.importing.report import ImportReport
from search.store import deadlocks
from search.store.store import Store
from search.vectors import CLIP, VectorSpace
from tests.catalogues import give_vectors, unit_vectors, waiting
from tests.embedded_apps import PATIENCE
from tests.locks import until_waiting

Paint = Callable[..., bytes]
Run = Callable[..., ImportReport]
Numbers = npt.NDArray[np.int64]

INDEXED = VectorSpace("indexed")


@pytest.fixture
def folder(tmp_path: Path, picture: Paint, run: Run) -> Path:
    """Return an imported folder of three files; their pictures were stored in reverse order."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for place, name in enumerate("cba"):
        (folder / f"{name}.png").write_bytes(picture("red", (place, 0, 0)))
        run(FolderSource(folder))
    return folder


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be tried again: there must not be a deadlock in the first place."""
    monkeypatch.setattr(deadlocks._retrying, "stop", stop_after_attempt(1))


def pictures(conninfo: str) -> tuple[Numbers, Numbers]:
    """Return the pictures' numbers, and those of their products."""
    with psycopg.connect(conninfo) as connection:
        rows = connection.execute("SELECT id, product_id FROM likeness.pictures ORDER BY id")
        numbers, products = zip(*rows.fetchall(), strict=True)
    return np.array(numbers), np.array(products)


@contextmanager
def held(conninfo: str, number: Any) -> Iterator[psycopg.Connection]:  # noqa: ANN401 - NumPy's or Python's
    """Lend a connection that holds a picture."""
    with psycopg.connect(conninfo) as holder:
        hold(holder, number)
        yield holder


def hold(holder: psycopg.Connection, number: Any) -> None:  # noqa: ANN401 - as above
    """Take a picture, as who changes it does."""
    holder.execute("SELECT FROM likeness.pictures WHERE id = %s FOR UPDATE", (int(number),))


@pytest.mark.usefixtures("once")
def test_importing_copying_and_indexing_take_turns(
    folder: Path, store: Store, conninfo: str, run: Run, picture: Paint
) -> None:
    """They take the pictures in one order, so that nobody waits for somebody who waits for him."""
    indexed = waiting(store, INDEXED)
    numbers, products = pictures(conninfo)
    for place, file in enumerate(folder.iterdir()):
        file.write_bytes(picture("blue", (place, 0, 0)))
    # With the one in the middle taken everybody stands where his own order has led him.
    with ThreadPoolExecutor(3) as pool, held(conninfo, numbers[1]) as holder:
        imported = pool.submit(run, FolderSource(folder))
        copied = pool.submit(store.vectors.write, CLIP, numbers, products, unit_vectors(3))
        added = pool.submit(give_vectors, store, indexed, unit_vectors(3), INDEXED)
        until_waiting(conninfo, 3)
        holder.rollback()
        assert imported.result(PATIENCE).pictures.changed == 3
        assert copied.result(PATIENCE) == 3
        added.result(PATIENCE)
    # What was made of a picture that was replaced says nothing of the new one.
    assert len(waiting(store, INDEXED)) == 3


@pytest.mark.usefixtures("once")
def test_a_new_space_takes_its_turn(store: Store, conninfo: str, run: Run, tmp_path: Path) -> None:
    """Its table refers to the pictures: it waits for an import that has begun to write these."""
    table = tmp_path / "shop.csv"
    table.write_text("article,name,picture\nA,a,https://shop.example/1.jpg\n")
    run(CsvSource(table))
    table.write_text(table.read_text() + "A,a,https://shop.example/2.jpg\n")
    with ThreadPoolExecutor(2) as pool, psycopg.connect(conninfo) as holder:
        holder.execute("SELECT FROM likeness.products FOR UPDATE")
        imported = pool.submit(run, CsvSource(table))
        until_waiting(conninfo)
        counted = pool.submit(store.embeddings.count, INDEXED)
        until_waiting(conninfo, 2)
        holder.rollback()
        assert imported.result(PATIENCE).pictures.added == 1
        assert counted.result(PATIENCE) == 0


@pytest.mark.usefixtures("once", "folder")
def test_removing_and_copying_take_turns(store: Store, conninfo: str) -> None:
    """Products go one after the other, but all their pictures are taken before."""
    numbers, products = pictures(conninfo)
    with psycopg.connect(conninfo) as connection:
        for number, product in zip(numbers.tolist(), reversed(products.tolist()), strict=True):
            connection.execute(
                "UPDATE likeness.pictures SET product_id = %s WHERE id = %s", (product, number)
            )
    with ThreadPoolExecutor(2) as pool, held(conninfo, numbers[1]) as holder:
        removed = pool.submit(store.imports.remove, products.tolist())
        copied = pool.submit(store.vectors.write, CLIP, numbers, products[::-1], unit_vectors(3))
        until_waiting(conninfo, 2)
        holder.rollback()
        assert removed.result(PATIENCE) == 3
        assert copied.result(PATIENCE) in (0, 3)
    assert store.products.count() == (0, 0)


@pytest.mark.usefixtures("folder")
def test_a_deadlock_is_not_the_users(store: Store, conninfo: str) -> None:
    """Whoever else writes to the tables may have another order: what was ended is done again."""
    numbers, products = pictures(conninfo)
    with psycopg.connect(conninfo, autocommit=True) as owner:
        # The rival waits as long as it takes, so that it is we who are ended, and soon.
        owner.execute(f"ALTER DATABASE {owner.info.dbname} SET deadlock_timeout = '10ms'")
    with (
        ThreadPoolExecutor(2) as pool,
        held(conninfo, numbers[1]) as holder,
        held(conninfo, numbers[2]) as rival,
    ):
        rival.execute("SET deadlock_timeout = '10min'")
        copied = pool.submit(store.vectors.write, CLIP, numbers, products, unit_vectors(3))
        until_waiting(conninfo)
        rival_goes_on = pool.submit(hold, rival, numbers[0])
        until_waiting(conninfo, 2)
        holder.rollback()
        rival_goes_on.result(PATIENCE)
        rival.commit()
        assert copied.result(PATIENCE) == 3
    assert store.embeddings.count(CLIP) == 3
