"""Measuring, building and dropping: what the command, doctor and the page stand on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import numpy as np
import psycopg
import pytest

from search.__main__ import main
from search.engine import SearchEngine
from search.errors import IndexUnknown, ModelLost, PlanningElsewhere, StoreError
from search.language import language
from search.planning.choosing import Advice
from search.planning.plans import EXACT, Method
from search.planning.telling import lines, sentence
from search.store import search_plans
from search.store.database import Database
from search.store.plan_trials import PlanTrials
from search.store.store import Store
from search.vectors import CLIP, VectorSpace
from tests.benchmarks.clustered import Clustered
from tests.catalogues import products
from tests.search.planning.conftest import IVFFLAT, build, query

PRODUCTS = 260


@pytest.fixture
def large(engine: SearchEngine) -> SearchEngine:
    """Return an engine to which a few hundred pictures are many, and any scan is slow."""
    engine.store.products.add("test", products(next(Clustered().portions(PRODUCTS))))
    engine.store.search_plans.exact_up_to = 50
    engine.store.search_plans.fast_seconds = 0.0
    return engine


@contextmanager
def writing(conninfo: str) -> Iterator[Callable[[], None]]:
    """Hold a transaction open that writes a vector, for which a build has to wait."""
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "UPDATE likeness.image_embeddings_1 SET created_at = now() WHERE picture_id = 1"
        )
        yield connection.commit


def indexes(store: Store) -> list[str]:
    """Return every vector index there is on CLIP's vectors, valid or not."""
    with store.database.connection() as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class JOIN pg_am ON pg_am.oid = relam"
            " WHERE amname IN ('hnsw', 'ivfflat') AND relkind = 'i'"
        ).fetchall()
    return [row[0] for row in rows]


def test_what_was_measured_is_what_is_shown(large: SearchEngine) -> None:
    """Recall and latency of every plan, by the same queries, and the plan that follows."""
    build(large.store, "founding", IVFFLAT.replace("100", "8"))
    shares: list[float] = []
    large.planning.measure(shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    standing = large.planning.standing()
    exact, *by_index = standing.measured
    assert (exact.index_id, exact.recall, exact.pictures) == (0, 1.0, PRODUCTS)
    assert exact.queries == by_index[0].queries >= 20
    assert [one.parameter for one in by_index] == [1, 2, 4, 8][: len(by_index)]
    recalls = [one.recall for one in by_index]
    assert recalls == sorted(recalls)
    assert recalls[-1] > 0
    assert all(recall < 0.98 for recall in recalls[:-1])
    words = language("en")
    shown = list(lines(standing, words))
    assert [line.recall for line in shown] == [1.0, *recalls]
    assert sum(line.is_chosen for line in shown) == 1
    said = sentence(standing, words)
    by_founding = "the index founding (ivfflat, probes" in said
    assert by_founding is not standing.choice.plan.is_exact


def test_equal_pictures_are_no_loss(engine: SearchEngine) -> None:
    """One picture for many products: whichever of them an index finds, none is missed."""
    vectors = next(Clustered().portions(60))
    engine.store.products.add("test", products(np.repeat(vectors, 9, axis=0)))
    engine.store.search_plans.exact_up_to = 50
    build(engine.store, "graph", "hnsw (image_embedding vector_cosine_ops)")
    engine.planning.measure()
    assert {one.recall for one in engine.planning.standing().measured} == {1.0}


def test_an_index_that_the_server_does_not_take_is_measured_once(large: SearchEngine) -> None:
    """Of two that are alike it takes one: the other is no reason to measure again and again."""
    for name in ("first", "second"):
        build(large.store, name, "hnsw (image_embedding vector_cosine_ops)")
    assert Advice.MEASURE in large.planning.standing().advice
    large.planning.measure()
    standing = large.planning.standing()
    assert Advice.MEASURE not in standing.advice
    assert sorted(bool(one.queries) for one in standing.measured) == [False, True, True]
    shown = {line.index: line.recall for line in lines(standing, language("en"))}
    assert sum(recall is None for recall in shown.values()) == 1


def test_no_plan_is_measured_without_a_model_and_nobody_is_bothered(
    large: SearchEngine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The hourly look says in the log what keeps it from measuring."""

    def lost(_space: VectorSpace) -> bool:
        raise ModelLost(model="CLIP", when="today", who="Ann", known="none", setting="ENCODER_URL")

    monkeypatch.setattr(large.planning, "_is_due", lost)
    large.planning.keep()
    assert "the plan of search was not measured" in caplog.text


def test_a_turn_lasts_however_long_nothing_is_asked(large: SearchEngine, conninfo: str) -> None:
    """A server that ends idle transactions does not give the turn to somebody else."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("ALTER ROLE CURRENT_USER SET idle_in_transaction_session_timeout = 50")
    idle = Store.on(Database(conninfo))
    try:
        with idle.plan_trials.turn(CLIP), idle.database.connection() as other:
            other.execute("SELECT pg_sleep(0.2)")
            with pytest.raises(PlanningElsewhere), large.store.plan_trials.turn(CLIP):
                pass
    finally:
        idle.close()
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute("ALTER ROLE CURRENT_USER RESET idle_in_transaction_session_timeout")


def test_searches_follow_a_build_and_go_on_during_it(large: SearchEngine, conninfo: str) -> None:
    """Somebody searches and somebody writes while the index is built; then it is searched by."""
    planned = large.planning.what_it_takes("best")
    found: list[int] = []
    with writing(conninfo) as finish:

        def look(_phase: str, _share: float) -> None:
            found.append(len(large.store.embeddings.nearest(query(), 50)))
            finish()

        large.planning.build(planned, look)
    assert found[0] == 50
    (index,) = large.planning.standing().inventory.usable
    assert (index.name, index.halfvec, index.m, index.ef_construction) == (
        planned.name,
        True,
        16,
        128,
    )
    assert large.store.search_plans.chosen(CLIP)[1].plan.index == planned.name
    assert len(large.store.embeddings.nearest(query(), 200)) == 200
    assert large.planning.newest() == planned.name
    large.planning.drop(planned.name)
    assert indexes(large.store) == []
    assert large.store.search_plans.chosen(CLIP)[1].plan == EXACT


def test_an_interrupted_build_leaves_nothing_behind(large: SearchEngine, conninfo: str) -> None:
    """Ctrl-C in the middle: no index, no rest of one, and no setting on a pooled connection."""
    planned = large.planning.what_it_takes("hnsw")
    with writing(conninfo) as finish:

        def interrupt(_phase: str, _share: float) -> None:
            finish()
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            large.planning.build(planned, interrupt)
    assert indexes(large.store) == []
    assert set(_checked(large.store.database)) == {"0"}


def _checked(database: Database) -> list[str]:
    """Return every connection's setting of how often it is looked whether its client is there."""
    found = []
    with ExitStack() as lent:
        # As many at once as there were, so that the one that built is among them.
        for _ in range(4):
            connection = lent.enter_context(database.patient_connection())
            row = connection.execute("SHOW client_connection_check_interval").fetchone()
            found.append(row[0] if row else "")
    return found


def test_what_somebody_else_has_built_meanwhile_stays(large: SearchEngine) -> None:
    """Two people agree to one build, one after the other: the second one breaks nothing."""
    planned = large.planning.what_it_takes("hnsw")
    large.store.index_building.build(planned, lambda *_: None)
    with pytest.raises(StoreError, match="already exists"):
        large.store.index_building.build(planned, lambda *_: None)
    assert indexes(large.store) == [planned.name]


def test_what_a_killed_build_left_is_named_and_built_over(
    large: SearchEngine, conninfo: str
) -> None:
    """An invalid index serves nobody, costs every write, and hinders no other build."""
    planned = large.planning.what_it_takes("halfvec")
    with writing(conninfo) as finish, psycopg.connect(conninfo, autocommit=True) as killed:
        thread = threading.Thread(target=lambda: _fails(killed, planned.statement))
        thread.start()
        _wait_for(large.store, killed.info.backend_pid)
        killed.cancel_safe()
        thread.join()
        finish()
    standing = large.planning.standing()
    assert standing.inventory.leftovers == (planned.name,)
    assert standing.advice[0] is Advice.DROP_LEFTOVERS
    large.planning.build(planned, lambda *_: None)
    assert large.planning.standing().inventory.leftovers == ()
    assert indexes(large.store) == [planned.name]


def _fails(connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.QueryCanceled):
        connection.execute(statement.encode())


def _wait_for(store: Store, pid: int) -> None:
    """Return when a build waits for whoever writes: its index is there then, and not valid."""
    while True:
        with store.database.connection() as connection:
            row = connection.execute(
                "SELECT lockers_total FROM pg_stat_progress_create_index"
                " WHERE pid = %s AND phase LIKE 'waiting%%'",
                (pid,),
            ).fetchone()
        if row and row[0]:
            return


def test_one_process_measures_what_is_due_and_the_others_leave_it_to_that(
    large: SearchEngine, conninfo: str
) -> None:
    """The hourly look measures what was never measured or has changed much, and nothing else."""
    other = Store.on(Database(conninfo))
    try:
        with other.plan_trials.turn(CLIP):
            large.planning.keep()
            assert large.planning.standing().measured == ()
            with pytest.raises(PlanningElsewhere):
                large.planning.measure()
    finally:
        other.close()
    large.planning.keep()
    (first,) = large.planning.standing().measured
    large.planning.keep()
    assert large.planning.standing().measured == (first,)
    more = next(Clustered(seed=4).portions(PRODUCTS // 4))
    large.store.products.add("test", products(more, prefix="MORE"))
    assert Advice.MEASURE in large.planning.standing().advice
    large.planning.keep()
    (second,) = large.planning.standing().measured
    assert second.pictures == PRODUCTS + len(more)


def test_vectors_move_into_their_rows_and_back(large: SearchEngine) -> None:
    """Every vector is the same afterwards, and every search finds the same."""
    before = [hit.product.id for hit in large.store.embeddings.nearest(query(), 50)]
    sizes = {}
    for storage in ("external", "plain"):
        large.planning.store_vectors(storage, lambda *_: None)
        inventory = large.planning.standing().inventory
        assert inventory.storage == storage
        with large.store.database.connection() as connection:
            sizes[storage] = connection.execute(
                "SELECT pg_relation_size(reltoastrelid) FROM pg_class"
                " WHERE oid = 'likeness.image_embeddings_1'::regclass"
            ).fetchone()
        hits = large.store.embeddings.nearest(query(), 50)
        assert [hit.product.id for hit in hits] == before
    assert sizes["external"] != sizes["plain"]


def test_only_vector_indexes_of_the_space_are_dropped(large: SearchEngine) -> None:
    """Nobody drops a primary key by a slip of the pen."""
    with pytest.raises(IndexUnknown):
        large.planning.drop("image_embeddings_1_pkey")


@pytest.mark.usefixtures("on_database")
def test_the_command_says_what_it_will_do_does_it_and_takes_it_back(
    store: Store,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a yes nothing happens; with one the index is there, measured, and goes again."""
    store.products.add("test", products(next(Clustered().portions(60))))
    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert main(["plan", "--build", "best"]) == 1
    said = capsys.readouterr()
    assert "CREATE INDEX CONCURRENTLY" in said.out
    assert "DROP INDEX CONCURRENTLY" in said.out
    assert "Nothing was changed." in said.err
    assert indexes(store) == []
    assert main(["plan", "--build", "best", "--yes"]) == 0
    out = capsys.readouterr().out
    assert "HNSW, half precision" in out
    assert "100 %" in out
    assert indexes(store) == ["image_embeddings_1_halfvec"]
    assert main(["plan", "--undo", "--yes"]) == 0
    assert indexes(store) == []
    assert main(["plan", "--undo", "--yes"]) == 1


@pytest.mark.usefixtures("on_database")
def test_the_command_measures_although_it_is_due(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the app would measure in the background takes no turn from who asks for it here."""
    monkeypatch.setattr(search_plans, "EXACT_UP_TO", 50)
    monkeypatch.setenv("PGTZ", "Pacific/Kiritimati")  # of servers far to the east
    store.products.add("test", products(next(Clustered().portions(60))))
    taken: list[VectorSpace] = []
    turn = PlanTrials.turn

    def counted(trials: PlanTrials, space: VectorSpace) -> AbstractContextManager[None]:
        taken.append(space)
        return turn(trials, space)

    monkeypatch.setattr(PlanTrials, "turn", counted)
    assert main(["plan", "--measure"]) == 0
    assert taken == [CLIP]
    (measured,) = store.search_plans.measured(CLIP)
    assert language("en").moment(measured.measured_at) in capsys.readouterr().out


def test_pages_see_how_far_measuring_is(large: SearchEngine) -> None:
    """It goes on in the background, and what it came to is there afterwards."""
    large.planning.start_measuring()
    large.planning.wait()
    assert large.planning.progress is None
    assert large.planning.last_error is None
    (exact,) = large.planning.standing().measured
    assert exact.recall == 1.0


def test_the_founding_index_is_told_apart(large: SearchEngine) -> None:
    """Its kind, its lists and its size on disk are read from the server."""
    build(large.store, "founding", IVFFLAT)
    (index,) = large.planning.standing().inventory.indexes
    assert (index.method, index.lists, index.halfvec, index.usable) == (
        Method.IVFFLAT,
        100,
        False,
        True,
    )
    assert index.bytes > 0
    build(large.store, "by_length", "hnsw (image_embedding vector_l2_ops)")
    assert [one.name for one in large.planning.standing().inventory.usable] == ["founding"]
    assert np.isclose(index.bytes % 8192, 0)
