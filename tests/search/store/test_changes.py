"""That vectors changed is known at once, of which space, and without looking at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from search.store.store import Store
from search.vectors import CLIP, VectorSpace
from tests.catalogues import give_vectors, products, unit_vectors, waiting

OTHER = VectorSpace.named("some/other-model")
INSERT = (
    " (space_id, picture_id, product_id, image_embedding)"
    " SELECT {0}, id, product_id, (SELECT image_embedding FROM likeness.image_embeddings LIMIT 1)"
    " FROM likeness.pictures ON CONFLICT DO NOTHING"
)
REWRITE = "UPDATE {table} SET image_embedding = image_embedding"
ALL = "likeness.image_embeddings"


@pytest.fixture
def spaces(store: Store) -> Store:
    """Return a catalogue of five pictures, three with a vector in CLIP's space, none in another."""
    store.spaces.id_of(OTHER)
    store.products.add("test", products(unit_vectors(3)))
    store.products.add("test", products(unit_vectors(2, seed=2), space=OTHER, prefix="OTHER"))
    return store


def stamps(store: Store) -> tuple[str, str]:
    """Return the stamps of both spaces."""
    return store.spaces.stamp(CLIP), store.spaces.stamp(OTHER)


def execute(store: Store, *statements: str) -> None:
    """Do what somebody else's program does, in one transaction."""
    with store.database.connection() as connection, connection.transaction():
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO {table}" + INSERT,
        REWRITE,
        "DELETE FROM {table}",
        "TRUNCATE {table}",
    ],
)
def test_what_is_written_to_a_space_is_noted_of_it_alone(spaces: Store, write: str) -> None:
    """Indexing a new model takes nothing from what was counted with the old one."""
    before, number = stamps(spaces), spaces.spaces.id_of(CLIP)
    table = f"likeness.image_embeddings_{number}"
    execute(spaces, write.format(number, table=table))
    after = stamps(spaces)
    assert (before[0] == after[0], before[1] == after[1]) == (False, True)


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO {all}" + INSERT,
        REWRITE.format(table=ALL),
        "TRUNCATE likeness.image_embeddings",
        "DELETE FROM likeness.pictures WHERE id = 1",
        "DELETE FROM likeness.products WHERE id = 1",
    ],
)
def test_what_may_concern_any_space_is_noted_of_every_one(spaces: Store, write: str) -> None:
    """Rows that go with a deleted product, and what is written to the table above, do not hide."""
    before = stamps(spaces)
    execute(spaces, write.format(spaces.spaces.id_of(CLIP), all=ALL))
    after = stamps(spaces)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_our_own_writers_touch_their_space_alone(spaces: Store) -> None:
    """A loaded catalogue and a stored vector are changes of the space that they are in."""
    before = stamps(spaces)
    left = waiting(spaces, OTHER)
    give_vectors(spaces, left, unit_vectors(len(left)), OTHER)
    spaces.products.add("more", products(unit_vectors(2, seed=3), space=OTHER, prefix="MORE"))
    after = stamps(spaces)
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_many_statements_of_a_transaction_are_one_change(spaces: Store) -> None:
    """However many portions come in a transaction, one row is written; and one by the next."""
    table = f"likeness.image_embeddings_{spaces.spaces.id_of(CLIP)}"
    first = int(spaces.spaces.stamp(CLIP).split("+")[0])
    for rounds in (1, 2):
        execute(spaces, *[REWRITE.format(table=table)] * 3)
        assert int(spaces.spaces.stamp(CLIP).split("+")[0]) == first + rounds


def test_what_is_undone_hides_nothing_that_comes_after(spaces: Store) -> None:
    """After a rollback to a savepoint the next statement is noted as the first one was."""
    table, before = f"likeness.image_embeddings_{spaces.spaces.id_of(CLIP)}", stamps(spaces)
    write = REWRITE.format(table=table)
    execute(spaces, "SAVEPOINT here", write, "ROLLBACK TO here")
    assert stamps(spaces) == before
    execute(spaces, "SAVEPOINT here", write, "ROLLBACK TO here", write)
    assert stamps(spaces)[0] != before[0]


@contextmanager
def writing(conninfo: str, table: str) -> Iterator[psycopg.Connection]:
    """Write into a table in a transaction that is still open."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(REWRITE.format(table=table) + " WHERE picture_id = 0")
        yield connection


def test_writers_do_not_wait_and_come_in_any_order(spaces: Store, conninfo: str) -> None:
    """Of two at once the one that began first may end last: each is seen when it has ended."""
    table = f"likeness.image_embeddings_{spaces.spaces.id_of(CLIP)}"
    seen = [spaces.spaces.stamp(CLIP)]
    with writing(conninfo, table) as first, writing(conninfo, table) as second:
        seen.append(spaces.spaces.stamp(CLIP))
        second.commit()
        seen.append(spaces.spaces.stamp(CLIP))
        # What is summed up in between is what has ended.
        spaces.spaces.fold_changes()
        first.commit()
        seen.append(spaces.spaces.stamp(CLIP))
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


def test_summing_up_changes_no_stamp(spaces: Store) -> None:
    """What was counted stays counted when the notes are put away, and the next change is seen."""
    execute(spaces, REWRITE.format(table=ALL))
    before = stamps(spaces)
    for _ in range(2):
        spaces.spaces.fold_changes()
        assert stamps(spaces) == before
    with spaces.database.connection() as connection:
        left = connection.execute("SELECT count(*) FROM likeness.vector_changes").fetchone()
    assert left == (0,)
    execute(spaces, REWRITE.format(table=ALL))
    assert not set(stamps(spaces)) & set(before)


def test_vectors_are_counted_again_when_they_changed(spaces: Store) -> None:
    """The number on the catalogue page is today's, also after somebody else's program was here."""
    count: Callable[[VectorSpace], int] = spaces.embeddings.count
    assert (count(CLIP), count(OTHER)) == (3, 2)
    execute(spaces, "DELETE FROM likeness.products WHERE id <= 2")
    assert (count(CLIP), count(OTHER)) == (1, 2)


def test_a_model_is_met_while_a_backup_reads_the_vectors(spaces: Store, conninfo: str) -> None:
    """Nobody waits: neither who starts with a new model nor who searches with the old one."""
    new = VectorSpace.named("a/third-model")
    with psycopg.connect(conninfo) as backup:
        backup.execute("SELECT count(*) FROM likeness.image_embeddings")
        number = spaces.spaces.id_of(new)
    spaces.products.add("test", products(unit_vectors(2, seed=5), space=new, prefix="NEW"))
    assert spaces.spaces.count(new) == 2
    with spaces.database.connection() as connection:
        stored = connection.execute(
            "SELECT attstorage::text FROM pg_attribute WHERE attname = 'image_embedding'"
            " AND attrelid = %s::text::regclass",
            (f"likeness.image_embeddings_{number}",),
        ).fetchone()
    assert stored == ("p",)
