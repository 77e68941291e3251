"""python -m search import: a shop's own products and pictures, or vectors for these."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from search.commands import import_vectors
from search.commands.import_lines import Aftermath, aftermath_lines, lines, plain
from search.commands.problem_lines import problem_lines
from search.commands.progress_line import ProgressLine
from search.demo.loading import Demo
from search.engine import SearchEngine
from search.errors import EncoderError, ImportEmpty, SettingError
from search.importing.csv_file import CsvSource
from search.importing.folder import FolderSource
from search.importing.importer import Importer
from search.importing.query import QuerySource, query_text
from search.importing.report import ImportReport
from search.importing.rows import CatalogueSource
from search.language import Language
from search.photo import read_photo
from search.settings import Settings
from search.store.store import Store

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes: a kind of source, and how it is brought in."""

    def said(key: str) -> str:
        return words.text(f"command.import.{key}")

    ways = parser.add_subparsers(dest="way", required=True, metavar="folder|csv|sql|vectors")
    folder = ways.add_parser("folder", help=said("folder_help"), description=said("folder_help"))
    folder.add_argument("path", metavar="PATH", type=Path, help=said("folder"))
    folder.add_argument("--folders", action="store_true", help=said("folders"))
    csv = ways.add_parser("csv", help=said("csv_help"), description=said("csv_help"))
    csv.add_argument("path", metavar="FILE", type=Path, help=said("file"))
    sql = ways.add_parser("sql", help=said("sql_help"), description=said("sql_help"))
    sql.add_argument("--query", metavar="SELECT|@FILE", required=True, help=said("query"))
    sql.add_argument("--database", metavar="ADDRESS", help=said("database"))
    for way in (folder, csv, sql):
        way.add_argument("--name", help=said("name"))
        way.add_argument("--dry-run", action="store_true", help=said("dry_run"))
        way.add_argument("--prune", action="store_true", help=said("prune"))
        way.add_argument("--replace-demo", action="store_true", help=said("replace_demo"))
        way.add_argument("--json", action="store_true", help=said("json"))
    vectors = ways.add_parser(
        "vectors", help=said("vectors_help"), description=said("vectors_help")
    )
    import_vectors.add_arguments(vectors, words)


def run(options: argparse.Namespace, words: Language) -> int:
    """Import and say what came of it; 1 when anything was left out."""
    if options.way == "vectors":
        return import_vectors.run(options, words)
    settings = Settings.read()
    # What cannot be read is known before a database is started for it.
    query = query_text(options.query) if options.way == "sql" else ""
    # Not SearchEngine.open: it would put the demo into a catalogue that is about to be filled.
    engine = SearchEngine(settings, Store.open(settings))
    try:
        source = _source(options, query, engine)
        report = _import(source, options, engine, words)
        after = _aftermath(report, options, engine)
    finally:
        engine.close()
    if options.json:
        print(json.dumps(plain(report, after, words), ensure_ascii=False, indent=2))
    else:
        for line in problem_lines(report, words):
            print(line, file=sys.stderr)
        told = lines(report, words, prune=options.prune)
        print("\n".join([*told, *aftermath_lines(after, words, dry_run=report.dry_run)]))
    if report.met == 0:
        raise ImportEmpty(path=source.path)
    return FAILED if report.problems else 0


def _source(options: argparse.Namespace, query: str, engine: SearchEngine) -> CatalogueSource:
    if options.way == "folder":
        return FolderSource(options.path, folders=options.folders)
    if options.way == "csv":
        return CsvSource(options.path)
    server = engine.store.server
    own = engine.settings.database or (server.conninfo if server else "")
    # A variable's name leaves the password out of the shell's history and the list of processes.
    address = os.environ.get(options.database, options.database) if options.database else own
    return QuerySource(address, query)


def _name(options: argparse.Namespace) -> str:
    """Return what the catalogue is called: as was asked for, or as what it comes from."""
    if options.name is not None:
        return str(options.name)
    if options.way == "sql":
        return Path(options.query[1:]).stem if options.query.startswith("@") else "sql"
    # "." and ".." have no names of their own.
    path = Path(os.path.abspath(options.path))  # noqa: PTH100 - resolve() would follow links
    return path.name if options.way == "folder" else path.stem


def _import(
    source: CatalogueSource, options: argparse.Namespace, engine: SearchEngine, words: Language
) -> ImportReport:
    settings = engine.settings
    read = partial(read_photo, max_bytes=settings.max_bytes, max_pixels=settings.max_pixels)
    importer = Importer(engine.store, read, max_bytes=settings.max_bytes)
    start = time.monotonic()
    with ProgressLine() as line:
        return importer.run(
            source,
            _name(options),
            lambda report: line.show(lambda: _progress_of(report, start, words)),
            dry_run=options.dry_run,
            prune=options.prune,
        )


def _progress_of(report: ImportReport, start: float, words: Language) -> str:
    """Say how far it is, and how fast."""
    met, pictures = report.met + report.products.left_out, report.pictures
    looked = pictures.added + pictures.changed + pictures.unchanged
    rate = round(met / max(time.monotonic() - start, 0.001))
    return words.text("command.import.progress", products=met, pictures=looked, rate=rate)


def _aftermath(
    report: ImportReport, options: argparse.Namespace, engine: SearchEngine
) -> Aftermath:
    """Remove the demo where that was asked for, and see what is left to do."""
    demo = Demo(engine.store)
    there = demo.count()
    replaces = options.replace_demo and report.met > 0
    if replaces and not report.dry_run:
        demo.remove()
    return Aftermath(there, demo_goes=replaces, without_vector=_without_vector(engine))


def _without_vector(engine: SearchEngine) -> int | None:
    try:
        covered = engine.coverage()
    except (EncoderError, SettingError):
        # Nobody knows the space of an encoder that cannot be made; `index` says what is wrong.
        return None
    return covered.pictures - covered.indexed
