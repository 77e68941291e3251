"""Lets an app wait one second, and not ten, for a database that is away.

Python reads this before anything else where the folder stands in PYTHONPATH.
"""

from __future__ import annotations

from search.store import database

database.WAIT_SECONDS = 1.0
