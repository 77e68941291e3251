"""How a run ends: nothing is left waiting, and every process can say why it ended early."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest

from search.__main__ import main
from search.engine import SearchEngine
from search.errors import TokenRefused
from search.indexing import Indexed
from search.indexing.run import MOST_RETURNS
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import FAULTS, FakeHuggingFace, vector
from tests.search.indexing.conftest import OpenEngine, Stock, paint
from tests.search.indexing.test_indexing import quiet


def replace_first(store: Store, content: bytes) -> None:
    """Give the first picture another content, as an import does; its vector goes."""
    with store.database.connection() as connection, connection.transaction():
        row = connection.execute(
            "UPDATE likeness.pictures SET content = %b, digest = %s"
            " WHERE id = (SELECT min(id) FROM likeness.pictures) RETURNING id",
            (content, hashlib.sha256(content).hexdigest()),
        ).fetchone()
        connection.execute("DELETE FROM likeness.image_embeddings WHERE picture_id = %s", row)


def test_what_is_replaced_during_a_run_is_done_in_it(
    indexer: SearchEngine, stock: Stock, store: Store
) -> None:
    """A picture that changes behind the run's back waits for no further one."""
    stock(60)
    replaced = False

    def replace_behind(state: Indexed) -> None:
        nonlocal replaced
        if state.done > 40 and not replaced:
            replaced = True
            replace_first(store, paint(500))

    state = indexer.index(replace_behind)
    assert replaced
    assert (state.failed, indexer.indexing.waiting()) == (0, 0)
    assert store.embeddings.count(CLIP) == 60
    hit = indexer.search(indexer.reading.read(paint(500))).hits[0]
    assert hit.similarity > 0.9999


def test_a_picture_that_changes_all_the_time_does_not_keep_a_run(
    indexer: SearchEngine, stock: Stock, store: Store, fake: FakeHuggingFace
) -> None:
    """After a few returns it is left to the next run."""
    stock(30)
    changes = 0

    def change_again(_: Indexed) -> None:
        nonlocal changes
        changes += 1
        replace_first(store, paint(500 + changes))

    indexer.index(change_again)
    assert fake.count <= 30 + MOST_RETURNS
    assert indexer.indexing.waiting() == 1


def test_every_process_can_say_why_a_run_ended(
    open_engine: OpenEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """The error stands with its facts until another run begins, wherever that is."""
    stock(40)
    here, there = open_engine(), open_engine()
    fake.otherwise(FAULTS["credentials"])
    with pytest.raises(TokenRefused) as refused:
        here.index(quiet)
    for engine in (here, there):
        ended = engine.indexing.ended()
        assert ended is not None
        assert (ended.run.done, ended.run.total) == (0, 40)
        assert isinstance(ended.error, TokenRefused)
        assert ended.error.facts == refused.value.facts
    fake.otherwise(vector())
    assert there.index(quiet).done == 40
    assert here.indexing.ended() is None
    assert there.indexing.ended() is None
    for engine in (here, there):
        engine.journal.flush(5)  # both stand on one store, which the first to close takes along


def test_the_command_says_why_the_last_run_ended(  # noqa: PLR0917 - fixtures
    conninfo: str,
    store: Store,
    stock: Stock,
    fake: FakeHuggingFace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A run of a process that is gone is told with how far it came; then it goes on."""
    stock(3)
    store.index_runs.begin(uuid4(), CLIP, "elsewhere:77", 300)
    with store.database.connection() as connection:
        connection.execute(
            "UPDATE likeness.index_runs SET done = 120, heartbeat_at = now() - interval '1 minute'"
        )
    for name, value in {
        "VECTOR_DATABASE_URL": conninfo,
        "ENCODER": "http",
        "ENCODER_URL": fake.model_url,
        "LANG": "C",
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["index"]) == 0
    said = capsys.readouterr().err
    assert "cut off at 120 of 300 pictures with the process elsewhere:77" in said
    assert main(["index"]) == 0
    assert capsys.readouterr().err == ""
