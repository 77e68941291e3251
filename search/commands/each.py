"""python -m search search --each: many photos, each searched with by itself."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from uuid import UUID

from search.batch import Batch, Cost, GivenFile, PhotoRow, State
from search.commands.narrow_options import narrowed
from search.commands.product_lines import told
from search.commands.progress_line import TICK_SECONDS, ProgressLine
from search.commands.result_files import write_files
from search.engine import SearchEngine
from search.exporting.products import DOUBTFUL, SIMILAR, standing
from search.language import Language
from search.plain import plain

FAILED = 1
_MARKS = {SIMILAR: "*", DOUBTFUL: "?"}


def search_each(
    engine: SearchEngine, files: Sequence[GivenFile], options: argparse.Namespace, words: Language
) -> int:
    """Search with each photo among the files, and print what was found for it.

    Returns 1 when some could not be searched with, or a file not be written. Raises what the engine
    does.
    """
    batch = engine.batches.open(files)
    for file in batch.left_out:
        said = words.error(file.error).sentence
        print(words.text("command.each.left_out", name=file.name, reason=said), file=sys.stderr)
    _wait(batch, words)
    print(_cost_said(engine.batches.cost(batch), words), file=sys.stderr)
    engine.batches.start(batch, origin="command", narrow=narrowed(options, engine.store))
    _wait(batch, words)
    rows, exporting = batch.rows, engine.exporting
    is_written = write_files(
        options,
        words,
        csv=lambda: exporting.batch_csv(rows, words, _nowhere),
        xlsx=lambda: exporting.batch_xlsx(rows, batch.left_out, words, _nowhere),
    )
    if options.json:
        print(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        for row in rows:
            print("\n".join(_lines(row, words)))
    if batch.error is not None:
        print(words.error(batch.error).sentence, file=sys.stderr)
    is_whole = bool(rows) and all(row.state is State.DONE for row in rows)
    return 0 if is_whole and is_written else FAILED


def _wait(batch: Batch, words: Language) -> None:
    """Show how far a set is until nothing goes on; Ctrl-C lets it end early."""
    with ProgressLine() as line:
        try:
            while not batch.join(TICK_SECONDS):
                line.show(lambda: _progress(batch, words))
        except KeyboardInterrupt:
            batch.stop()
            raise


def _progress(batch: Batch, words: Language) -> str:
    rows = batch.rows
    return words.text("command.each.progress", n=sum(r.is_over for r in rows), total=len(rows))


def _cost_said(cost: Cost, words: Language) -> str:
    if not cost.is_counted:
        return words.text("command.each.free")
    said = words.text("command.each.calls", n=cost.new, photos=cost.photos)
    if cost.left is None:
        return said
    return f"{said} {words.text('command.each.left', n=cost.left)}"


def _lines(row: PhotoRow, words: Language) -> Iterator[str]:
    yield f"{row.number}. {row.name}"
    if row.error is not None:
        yield f"   {words.error(row.error).sentence}"
    elif row.search is None:
        yield f"   {words.text('exporting.not_searched')}"
    for hit in row.search.hits if row.search else ():
        where = standing(hit.score, row.search.threshold) if row.search else ""
        score = words.similarity(hit.score)
        yield f"   {_MARKS.get(where, ' ')} {score}  {told(hit.product, words)}"


def _plain(row: PhotoRow) -> dict[str, object]:
    search = row.search
    return {
        "photo": row.name,
        "search": str(search.id) if search else None,
        "threshold": search.threshold.value if search else None,
        "error": row.error.code if row.error else None,
        "twin": row.twin,
        "found": row.found,
        "similar": row.similar,
        "hits": [
            {
                "rank": hit.rank,
                **plain(hit.product),
                "similarity": round(hit.similarity, 6),
                "score": round(hit.score, 6),
            }
            for hit in (search.hits if search else ())
        ],
    }


def _nowhere(_: UUID) -> str:
    """Return no address: a terminal does not know where pages are."""
    return ""
