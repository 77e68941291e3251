"""The app with shorter waits, for the tests: `python -m tests.faults.short_app PORT`."""

from __future__ import annotations

import sys

import uvicorn

from search.encoders import breaker
from search.store import database

WAIT_SECONDS = 1.0
LOOK_SECONDS = 0.5
LOCK_SECONDS = 2
PAUSE_SECONDS = 1.0


def main(port: int) -> None:
    """Serve; what is a minute for people is a second or two."""
    database.WAIT_SECONDS = WAIT_SECONDS
    database.LOOK_SECONDS = LOOK_SECONDS
    database.LOCK_SECONDS = LOCK_SECONDS
    breaker.PAUSE_SECONDS = PAUSE_SECONDS
    uvicorn.run("app:app", host="127.0.0.1", port=port, access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
