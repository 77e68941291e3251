"""Carry out all rows, and write the page: `python -m tests.faults > docs/faults.md`.

What is not as expected is told beside it; the exit code is then 1.
"""

from __future__ import annotations

import sys

from search.calls import utc_now
from tests.faults import table
from tests.faults.house import DEADLINE, House, house
from tests.faults.leaks import leaks_of
from tests.faults.row import carry_out
from tests.faults.rows import ROWS


def main() -> int:
    """Print the page; return 0 if all is as expected."""
    print(table.head(f"{utc_now():%d %B %Y}", DEADLINE), end="")
    with house(is_short=False) as lent:
        is_good = _rows(lent)
        leaks = leaks_of(lent)
        print(table.tail(list(lent.secrets), len(lent.heard), leaks), end="")
    return 0 if is_good and not leaks else 1


def _rows(lent: House) -> bool:
    is_good = True
    for row in ROWS:
        print(row.name, file=sys.stderr, flush=True)
        if missing := row.missing():
            print(table.left_out(row, missing))
            continue
        result = carry_out(row, lent)
        print(table.line(result), flush=True)
        if not result.is_as_expected:
            is_good = False
            print(f"  not as expected: {result}", file=sys.stderr)
    return is_good


if __name__ == "__main__":
    sys.exit(main())
