"""Catalogue pictures -> vectors: many in flight, resumable, one run at a time in a space.

- `service`: what the engine offers: to run, here or in the background, to watch, to stop;
- `run`: one run from its first picture to its last, and what it writes down;
- `crew`: the threads, and the window of pictures that slides through them;
- `worker`: one picture: fetched, read, encoded;
- `equal_pictures`: what need not be encoded, because an equal picture is, or was;
- `gate`: when the next call may begin: how many at once, after a rate limit, beside a search;
- `persevering`: a database that is away for a while is waited for;
- `failures`: errors as they are stored, and back;
- `telling`: what page and terminal write alike.
"""

from __future__ import annotations

from search.indexing.indexed import Ended, Indexed, OnProgress
from search.indexing.service import Indexing

__all__ = ["Ended", "Indexed", "Indexing", "OnProgress"]
