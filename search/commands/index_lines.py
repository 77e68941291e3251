"""How indexing goes, and why pictures are left out, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.indexing import Ended, Indexed
from search.indexing.failures import error_of
from search.indexing.telling import duration, host_of
from search.language import Fact, Language
from search.store.picture_failures import FailedPicture, FailureReason

# Of each reason; the catalogue page has them all.
PLACES_SHOWN = 5


def progress_line(state: Indexed, words: Language) -> str:
    """Say how far it is, how fast, and how long it will take."""
    line = words.text(
        "command.index.progress", done=state.done, failed=state.failed, total=state.total
    )
    if state.copied:
        line += ", " + words.text("command.index.copied", copied=state.copied)
    rate, left = state.rate, state.seconds_left
    if rate is None or left is None:
        return line
    pace = words.text("command.index.pace", rate=round(rate, 1), left=duration(left))
    return f"{line}, {pace}"


def ending_line(ended: Ended, words: Language) -> str:
    """Say how far the last run had come, and why no further."""
    run = ended.run
    facts: dict[str, Fact] = {"done": run.done, "total": run.total, "process": run.process}
    if ended.error is None:
        return words.text("command.index.killed", **facts)
    return words.text("command.index.ended", why=words.error(ended.error).sentence, **facts)


def failure_lines(failures: Sequence[FailureReason], words: Language) -> Iterator[str]:
    """Yield every reason with its first pictures, and what to do."""
    for failure in failures:
        reason = words.error(error_of(failure.code, failure.facts)).what
        yield words.text("command.index.reason", n=failure.pictures, reason=reason)
        yield "  " + ", ".join(map(_place, failure.first[:PLACES_SHOWN]))
        if failure.pictures > PLACES_SHOWN:
            yield "  " + words.text("command.index.more", n=failure.pictures - PLACES_SHOWN)
    if failures:
        yield words.text("command.index.left_out")


def _place(picture: FailedPicture) -> str:
    host = host_of(picture.address)
    return f"{picture.article} ({host})" if host else picture.article
