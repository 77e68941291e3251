"""The line that tells on a terminal how far a command is."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from functools import partial

import pytest

from search.commands import progress_line
from search.commands.progress_line import ProgressLine


class Terminal(io.StringIO):
    """A terminal, as far as anybody asks."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a line stand for as long as the test takes."""
    monkeypatch.setattr(progress_line, "TICK_SECONDS", 3600.0)


def test_first_and_last_are_shown_whatever_comes_between() -> None:
    """A short line covers a long one, what is not shown is not made, and the next one is below."""
    made = []

    def tell(text: str) -> str:
        made.append(text)
        return text

    with redirect_stderr(Terminal()) as terminal, ProgressLine() as line:
        for text in ("1000 left", "500 left", "done"):
            line.show(partial(tell, text))
    assert terminal.getvalue() == "\r1000 left\rdone     \n"
    assert made == ["1000 left", "done"]


def test_an_interruption_leaves_the_line_where_it_was() -> None:
    """What is said of it stands below."""

    def work() -> None:
        with ProgressLine() as line:
            line.show(lambda: "5 done")
            raise KeyboardInterrupt

    with redirect_stderr(Terminal()) as terminal, pytest.raises(KeyboardInterrupt):
        work()
    assert terminal.getvalue() == "\r5 done\r5 done\n"


def test_a_line_that_is_taken_away_leaves_nothing() -> None:
    """Neither itself nor an empty one; one that showed nothing either."""
    with redirect_stderr(Terminal()) as terminal:
        with ProgressLine() as line:
            line.show(lambda: "counting")
            line.clear()
        with ProgressLine():
            pass
    assert terminal.getvalue() == "\rcounting\r\033[K"


def test_a_file_gets_only_what_the_command_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Standard error is no terminal here."""
    with ProgressLine() as line:
        line.show(lambda: "5 done")
    with ProgressLine(printed=True) as line:
        line.show(lambda: "5 done")
    told = capsys.readouterr()
    assert (told.err, told.out) == ("", "\r5 done\r5 done\n")
