"""python -m search search: the products that look like a photo, or like one of the catalogue."""

from __future__ import annotations

import argparse
import json
import sys

from search.also import also_said
from search.batch.from_disk import files_at
from search.commands.aim_options import add_aim
from search.commands.each import search_each
from search.commands.narrow_options import add_narrowing
from search.commands.product_lines import told
from search.commands.result_files import add_files, write_files
from search.commands.subject_options import add_subject, contradiction, search_with
from search.engine import SearchEngine
from search.hits import Distribution, Search
from search.language import Language
from search.plain import plain_hit, plain_search
from search.settings import Settings
from search.threshold import Threshold, similarity
from search.tuning.scales import Scale, reaches
from search.tuning.suggestion import suggest

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    add_subject(parser, words)
    parser.add_argument("--threshold", type=similarity, help=words.text("command.threshold"))
    parser.add_argument("--json", action="store_true", help=words.text("command.search_json"))
    add_files(parser, words)
    add_aim(parser, words)
    add_narrowing(parser, words)


def run(options: argparse.Namespace, words: Language) -> int:
    """Search and print what was found, with what passes the given or else the active threshold."""
    settings = Settings.read()
    if wrong := contradiction(options):
        print(words.text(wrong), file=sys.stderr)
        return FAILED
    try:
        files = list(files_at(options.photos)) if options.each else []
        photos = [] if options.each else [photo.read_bytes() for photo in options.photos]
    except OSError as error:
        path, reason = str(error.filename), error.strerror or ""
        print(words.text("command.no_file", path=path, reason=reason), file=sys.stderr)
        return FAILED
    engine = SearchEngine.open(settings)
    try:
        if options.each:
            return search_each(engine, files, options, words)
        found = search_with(engine, options, photos)
        distribution = engine.distribution(found, patience=None)
        is_written = write_files(
            options,
            words,
            csv=lambda: engine.exporting.results_csv(found, words),
            xlsx=lambda: engine.exporting.results_xlsx(found, words),
        )
    finally:
        engine.close()
    line = found.threshold.at(options.threshold)
    if options.json:
        _print_json(found, line, distribution)
        return 0 if is_written else FAILED
    if options.open:
        print(words.text("command.reopened", moment=words.moment(found.made_at), n=found.gone))
    _print_hits(found, line, words)
    _print_counts(distribution, line, words)
    _print_legend(line, words)
    return 0 if is_written else FAILED


def _print_hits(found: Search, line: Threshold, words: Language) -> None:
    for hit in found.hits:
        print(f"{_mark(hit.score, line)} {words.similarity(hit.score)}  {told(hit.product, words)}")
        if hit.same:
            print(f"{'':21}{also_said(hit.same, words)}")


def _print_json(found: Search, line: Threshold, distribution: Distribution) -> None:
    """Print all of it for a program: similarities as they are, names by language."""
    whole = {
        "search": str(found.id),
        **plain_search(found, line),
        "passing": distribution.passing(line.value),
        "products": distribution.total,
        "products_sampled": distribution.sampled,
        "narrowed": distribution.narrowed,
        "hits": [plain_hit(hit) for hit in found.hits],
    }
    print(json.dumps(whole, ensure_ascii=False, indent=2))


def _mark(score: float, line: Threshold) -> str:
    """Return what stands before a product: * for similar, ? for doubtful."""
    if reaches(score, line.value):
        return "*"
    is_doubtful = line.doubtful is not None and reaches(score, line.doubtful)
    return "?" if is_doubtful else " "


def _passing(distribution: Distribution, line: Threshold, words: Language) -> str:
    """Say how many products pass, and how far that may be off where it is an estimate."""
    passing, total = distribution.passing(line.value), distribution.total
    margin, threshold = distribution.margin(line.value), words.similarity(line.value)
    among = _among(distribution)
    if margin:
        return words.text(
            f"command.passing_about{among}",
            threshold=threshold,
            n=passing,
            margin=margin,
            total=total,
        )
    return words.text(f"command.passing{among}", threshold=threshold, n=passing, total=total)


def _among(distribution: Distribution) -> str:
    """Return the ending of the texts that speak of what the search was narrowed to."""
    return "_narrowed" if distribution.narrowed else ""


def _print_counts(distribution: Distribution, line: Threshold, words: Language) -> None:
    passing = distribution.passing(line.value)
    print(_passing(distribution, line, words))
    if distribution.sampled:
        sampled, total = distribution.sampled, distribution.total
        print(words.text(f"command.sampled{_among(distribution)}", n=sampled, total=total))
    if line.doubtful is not None:
        doubtful = distribution.passing(line.doubtful) - passing
        least = words.similarity(line.doubtful)
        print(words.text("command.doubtful", n=doubtful, threshold=least))
    suggestion = suggest(distribution)
    if suggestion is not None:
        print(
            words.text(
                "command.suggestion",
                threshold=words.similarity(suggestion),
                n=distribution.passing(suggestion),
            )
        )


def _print_legend(line: Threshold, words: Language) -> None:
    """Say what the marks mean, and on which scale the numbers are if it is not the plain cosine."""
    print(words.text("command.legend" if line.doubtful is None else "command.legend_doubtful"))
    if line.scale is not Scale.COSINE:
        print(words.text("command.on_scale", scale=f"@command.evaluate.scale_{line.scale}"))
