"""Judgements as TREC's evaluation tools read them: one line a pair, "<photo> 0 <article> <1|0>".

The second column is never used by any tool. Columns are separated by spaces, so that spaces within
an article, and the percent sign, are written as in addresses ("A%201" for "A 1"). Format:
https://trec.nist.gov/data/qrels_eng/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from search.store.judgements import Pooled

_SEPARATING = re.compile(r"[\s%]")


def qrels(pairs: Iterable[Pooled]) -> Iterator[str]:
    """Yield a line a pair, each with its line end.

    An article that several sources have is written as "<source>:<article>", and one that several
    products of a source have as "<source>:<article>:<key>".
    """
    for pair in pairs:
        parts = (pair.source, pair.article, pair.key)
        name = ":".join(part for part in parts if part is not None)
        yield f"{pair.photo.hex()} 0 {_one_word(name)} {int(pair.is_match)}\n"


def _one_word(name: str) -> str:
    return _SEPARATING.sub(lambda found: quote(found[0]), name)
