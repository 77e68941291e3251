"""Tables as CSV files: what a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import streamlit as st

from pages.parts.account.allowing import while_allowed
from pages.parts.usage.words import Words
from search.access.roles import Right
from search.exporting.csv_file import harmless
from search.usage.span import Span

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Export:
    """A table to download: its name here and in the file's, its columns and what makes its rows."""

    name: str
    columns: Sequence[str]
    rows: Callable[[], Iterable[Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Head:
    """A section's name in keys, its title, and the span of time that it is about."""

    name: str
    title: str
    span: Span


def section_head(head: Head, words: Words, exports: Sequence[Export]) -> None:
    """Show a section's title, and beside it what of it can be downloaded."""
    with st.container(key=f"usage_head_{head.name}", horizontal=True):
        st.header(head.title, anchor=False)
        for export in exports:
            name = words.say(f"export.{export.name}")
            st.download_button(
                words.say("csv", name=name),
                while_allowed(Right.SEE_USAGE, partial(written, export, words)),
                _file_name(export, head.span, words),
                "text/csv",
                key=f"usage_csv_{export.name}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )


def written(export: Export, words: Words) -> bytes:
    """Write a table as UTF-8 with the mark by which Excel knows it, numbers as the reader does."""
    zone = str(words.zone)
    file = io.StringIO()
    # A Russian Excel takes a comma for the decimal sign, and the semicolon for what parts cells.
    table = csv.writer(file, delimiter=words.say("csv_delimiter"), quoting=csv.QUOTE_ALL)
    table.writerow([words.say(f"column.{column}", zone=zone) for column in export.columns])
    table.writerows([_cell(cell, words) for cell in row] for row in export.rows())
    return file.getvalue().encode("utf-8-sig")


def _cell(cell: Cell, words: Words) -> str | int | None:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(words.zone):%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return words.say("csv_decimal").join(f"{round(cell, 4)}".split("."))
    return harmless(cell) if isinstance(cell, str) else cell


def _file_name(export: Export, span: Span, words: Words) -> str:
    """Name the file by the days of the range; the quota's days are the month's, whatever it is."""
    if export.name == "quota":
        return f"likeness-quota-{words.now:%Y-%m}.csv"
    first, last = (f"{at.astimezone(words.zone):%Y-%m-%d}" for at in (span.since, span.until))
    return f"likeness-{export.name}-{first}-{last}.csv"
