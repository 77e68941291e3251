"""The rows of the matrix, with shorter waits: what people see, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.embedded_apps import ROOT
from tests.fake_huggingface import TOKEN
from tests.faults.house import House, house
from tests.faults.leaks import found_in, leaks_of
from tests.faults.row import Row, carry_out
from tests.faults.rows import ROWS


@pytest.fixture(scope="module")
def shared() -> Iterator[House]:
    """Lend one house to all rows; each makes it well before it begins."""
    with house(is_short=True) as lent:
        yield lent


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_is_answered_as_told_and_costs_nothing(row: Row, shared: House) -> None:
    """The status and the code are those of the README, and what was promised is still there."""
    if missing := row.missing():
        pytest.skip(f"it takes {missing}")
    result = carry_out(row, shared)
    assert result.is_as_expected, result


def test_no_secret_is_said_or_stored(shared: House) -> None:
    """Neither token nor password stands in a log line, an answer, a metric or a row."""
    shared.fake.go_down()
    shared.search()
    shared.fake.come_back()
    assert leaks_of(shared) == []


def test_a_secret_that_is_said_is_found() -> None:
    """Also where it is written as addresses write it."""
    texts = {"log": "GET /?token=a%2Fb", "answer": "nothing", "row": "a/b"}
    assert found_in(texts, {"token": "a/b"}) == ["token in log", "token in row"]


def test_the_page_has_every_row() -> None:
    """What the documentation shows is what is carried out."""
    page = (ROOT / "docs" / "faults.md").read_text("utf-8")
    assert [row.what for row in ROWS if f"| {row.what} |" not in page] == []


def test_the_page_names_nothing_of_the_machine() -> None:
    """Neither an address nor a folder of whoever carried it out, nor a secret."""
    page = (ROOT / "docs" / "faults.md").read_text("utf-8")
    private = ("127.0.0.1", "/tmp/", "/dev/shm/", TOKEN)  # noqa: S108 - looked for
    assert [one for one in private if one in page] == []
