"""Backups that go wrong, and what nobody may see of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from search.errors import BackupFailed, DatabaseUnavailable, RestoreFailed, RestoreRefused
from search.store.backup import back_up, restore
from search.store.store import Store
from tests.catalogues import products, unit_vectors

MakeDatabase = Callable[[], str]
Play = Callable[[str], None]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Return what puts a shell script in pg_dump's place."""

    def put(script: str) -> None:
        program = tmp_path / "programs" / "pg_dump"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr("search.store.backup.find_binaries", lambda _: program.parent)

    return put


def schemas(conninfo: str) -> int:
    """Count the app's schemas in a database."""
    with psycopg.connect(conninfo) as connection:
        question = "SELECT count(*) FROM pg_namespace WHERE nspname = 'likeness'"
        row = connection.execute(question).fetchone()
    assert row is not None
    return int(row[0])


def test_tables_beside_the_schema_are_not_taken_along(
    store: Store, conninfo: str, empty_database: MakeDatabase, tmp_path: Path
) -> None:
    """Somebody else's tables in the same database are theirs to back up."""
    store.products.add("test", products(unit_vectors(3)))
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE public.theirs ()")
    back_up(conninfo, tmp_path / "backup")
    other = empty_database()
    restore(other, tmp_path / "backup")
    with psycopg.connect(other) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM likeness.products), to_regclass('public.theirs')"
        ).fetchone()
    assert row == (3, None)


def test_a_database_without_tables_has_nothing_to_back_up(
    empty_database: MakeDatabase, tmp_path: Path
) -> None:
    """A wrong address is noticed when the backup is made, not when it is needed."""
    with pytest.raises(BackupFailed) as raised:
        back_up(empty_database(), tmp_path / "backup")
    assert raised.value.facts["reason"] == "@reasons.no_schema"
    assert not list(tmp_path.iterdir())


def test_a_backup_that_fails_leaves_the_last_one(conninfo: str, tmp_path: Path, play: Play) -> None:
    """The file is replaced when the new one is complete, and no half of one lies beside it."""
    play('for last; do :; done; echo half > "${last#--file=}"; echo "no space left" >&2; exit 1')
    file = tmp_path / "backup"
    file.write_bytes(b"the last one")
    with pytest.raises(BackupFailed, match="no space left"):
        back_up(conninfo, file)
    assert {path.name for path in tmp_path.iterdir()} == {"backup", "programs"}
    assert file.read_bytes() == b"the last one"


def test_a_file_that_is_cut_short_changes_nothing(
    store: Store, conninfo: str, empty_database: MakeDatabase, tmp_path: Path
) -> None:
    """All of a backup is put back, or none of it."""
    store.products.add("test", products(unit_vectors(3)))
    back_up(conninfo, tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    (tmp_path / "backup").write_bytes(whole[: len(whole) * 2 // 3])
    other = empty_database()
    with pytest.raises(RestoreFailed) as raised:
        restore(other, tmp_path / "backup")
    assert raised.value.facts["reason"]
    assert schemas(other) == 0


def test_a_database_in_use_is_not_restored_into(conninfo: str, tmp_path: Path) -> None:
    """What is there is never mixed with what was."""
    back_up(conninfo, tmp_path / "backup")
    with pytest.raises(RestoreRefused):
        restore(conninfo, tmp_path / "backup")


def test_no_other_user_of_the_machine_sees_the_password(
    conninfo: str, tmp_path: Path, play: Play
) -> None:
    """PostgreSQL's programs get it in their environment: everybody can list command lines."""
    play(f'echo "$@" > {tmp_path}/seen; echo "$PGPASSWORD" >&2; exit 1')
    with pytest.raises(BackupFailed) as raised:
        back_up(conninfo, None)
    assert "password" not in (tmp_path / "seen").read_text()
    # The program said it, to show that it had it; PostgreSQL's own do not.
    assert str(raised.value.facts["reason"]) in conninfo


def test_a_server_that_is_away_is_said_in_our_words(tmp_path: Path) -> None:
    """As everywhere, with the reason and without a password."""
    with pytest.raises(DatabaseUnavailable) as raised:
        back_up(make_conninfo("postgresql://user:s3cret@127.0.0.1:1/x"), tmp_path / "backup")
    assert "s3cret" not in f"{raised.value}{raised.value.facts}"
