"""The page with the matrix, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.faults.house import Seen
from tests.faults.row import Result, Row

_HEAD = """# What breaks, and what follows

Each row is done to the real app (`app.py` under uvicorn), with a PostgreSQL of its own and a server
that plays Hugging Face, and looked at by the HTTP interface. One command carries all of it out and
writes this page:

```
python -m tests.faults > docs/faults.md
```

Carried out on {date}, on two shared cores, with `ENCODER_TIMEOUT={deadline:g}`; all other settings
that matter here have their defaults. `tests/faults` does the same rows with shorter waits.

- **Saw**: the status, the code (see [what each error means](../README.md#what-each-error-means))
  and the sentence that came with it; seconds where it took longer than half of one. The addresses
  of the played server and of the database are left out.
- **Lost**: what had been answered with success before, or was served by the model's server, and is
  not in the database afterwards: searches, judgements, thresholds, records of calls; and searches
  that are there by half. Of calls that were under way at a kill there is the record that they were.
- **Well again**: seconds from the mending until a photo that nobody knows is found.

| What was done | What the user saw | Lost | Well again |
| --- | --- | --- | --- |
"""
_TAIL = """
After all rows {secrets} were looked for in the app's log (`LOG_LEVEL=DEBUG`), in all {heard}
answers with their headers, in `/metrics`, and in a dump of the whole database: {found}.
"""
_ADDRESSES = re.compile(r"127\.0\.0\.1:\d+")
_SOCKETS = re.compile(r'"?/\S*\.s\.PGSQL\.\d+"?')
_FILES = re.compile(r'"pg_tblspc/[^"]*"')
_SHORT = 0.5


def head(date: str, deadline: float) -> str:
    """Return the page up to the first row."""
    return _HEAD.format(date=date, deadline=deadline)


def line(result: Result) -> str:
    """Return a row."""
    seen = "; ".join(_said(one) for one in result.seen)
    return f"| {result.row.what} | {seen} | {result.lost} | {result.seconds:.1f} |"


def left_out(row: Row, missing: str) -> str:
    """Return the row of what could not be carried out here."""
    return f"| {row.what} | not carried out: it takes {missing} | | |"


def tail(secrets: Sequence[str], heard: int, leaks: Sequence[str]) -> str:
    """Return what stands below the table."""
    found = ", ".join(leaks) or "none is there"
    return _TAIL.format(secrets=" and ".join(secrets), heard=heard, found=found)


def _said(seen: Seen) -> str:
    if seen.status == 0:
        return f"{seen.who}: no answer, nobody listens"
    parts = [str(seen.status), f"`{seen.code}`" if seen.code else ""]
    if seen.retry_after:
        parts.append(f"(`Retry-After: {seen.retry_after}`)")
    if seen.code and seen.sentence:
        parts.append(f"“{_public(seen.sentence)}”")
    if seen.seconds > _SHORT:
        parts.append(f"after {seen.seconds:.1f} s")
    return f"{seen.who}: {' '.join(part for part in parts if part)}"


def _public(sentence: str) -> str:
    """Leave out what is this machine's own."""
    told = _ADDRESSES.sub("model.example", sentence)
    told = _FILES.sub('"…"', _SOCKETS.sub('"…"', told))
    return " ".join(told.split()).replace("|", "\\|")
