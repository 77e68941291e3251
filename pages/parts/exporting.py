"""What was found, to take along: made when somebody clicks, so that no rerun pays for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urljoin
from uuid import UUID

import streamlit as st

from pages.parts.account.allowing import while_allowed
from pages.parts.finding import Found
from pages.parts.moments import reader_zone
from search.access.roles import Right
from search.engine import SearchEngine
from search.exporting.found import Looked
from search.finding import Found as FoundByWords
from search.language import Language
from search.narrowing import Narrow
from search.people import tidy
from search.subject import Kind
from search.usage.span import zone_named

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_UNFIT = re.compile(r"[^\w.-]+")
# Some systems take 255 bytes, and a letter may have four.
_LONGEST_SUBJECT = 50
_PAGES = ("/batch", "/search")


@dataclass(frozen=True, slots=True)
class Offered:
    """A file to download: what its button says, how its name ends, and what makes it."""

    label: str
    suffix: str
    media_type: str
    make: Callable[[], bytes]


def offer_exports(engine: SearchEngine, found: Found, t: Language) -> None:
    """Offer the products that a search found as CSV, and as an Excel file with pictures."""
    search, zone = found.search, zone_named(reader_zone())
    address, exporting = search_address(search.id), engine.exporting
    subject = t.text(f"exports.name.{search.subject.kind}")
    if search.subject.kind is Kind.PRODUCT:
        subject = f"{subject}-{search.subject.product_id}"
    offer_files(
        both(
            t,
            csv=lambda: exporting.results_csv(search, t, address),
            xlsx=lambda: exporting.results_xlsx(search, t, address, zone),
        ),
        name=file_name(search.made_at, subject),
        key="export",
        right=Right.SEARCH,
    )


def offer_words(
    engine: SearchEngine,
    found: FoundByWords,
    text: str,
    narrow: Narrow | None,
    t: Language,
    *,
    at: datetime,
) -> None:
    """Offer the products that a text found, at a moment, as the same two files."""
    # As it is looked for: each row says it, and a link may have any number of blanks.
    text = tidy(text)
    looked = Looked(text, at, found.read_as, text_address(text), zone_named(reader_zone()))
    exporting = engine.exporting
    offer_files(
        both(
            t,
            csv=lambda: exporting.found_csv(found, looked, t),
            xlsx=lambda: exporting.found_xlsx(found, looked, narrow, t),
        ),
        name=file_name(at, text),
        key="export_words",
        right=Right.SEARCH,
    )


def both(t: Language, *, csv: Callable[[], bytes], xlsx: Callable[[], bytes]) -> list[Offered]:
    """Return the two files as which people take along what was found, by what makes them."""
    return [
        Offered(t.text("exports.csv"), "csv", CSV, csv),
        Offered(t.text("exports.xlsx"), "xlsx", XLSX, xlsx),
    ]


def offer_files(offered: Sequence[Offered], *, name: str, key: str, right: Right) -> None:
    """Show a button for each file, which is made for whoever has a right still.

    `name` is how all of them are called, without an ending.
    """
    for file in offered:
        st.download_button(
            file.label,
            while_allowed(right, file.make),
            f"{name}.{file.suffix}",
            file.media_type,
            key=f"{key}_{file.suffix}",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )


def file_name(at: datetime, subject: str) -> str:
    """Return a file's name, without an ending: the moment by the reader's clock, the subject."""
    local = at.astimezone(zone_named(reader_zone()))
    fit = _UNFIT.sub("-", subject)[:_LONGEST_SUBJECT].strip("-.")
    return f"likeness-{local:%Y-%m-%d-%H%M}-{fit}"


def search_address(search: UUID) -> str:
    """Return where a search is seen, the whole address, as the browser knows this app.

    "" where no browser says that.
    """
    return search_addresses()(search)


def search_addresses() -> Callable[[UUID], str]:
    """Return what says the same of any search, also when no page is run."""
    base = _base()
    return lambda search: f"{base}/?search={search}" if base else ""


def text_address(text: str) -> str:
    """Return where it is seen what a text finds; "" where no browser says that."""
    base = _base()
    return f"{base}/?{urlencode({'text': text})}" if base else ""


def _base() -> str:
    """Return the app's address, without a slash at its end; "" where no browser says that."""
    url = st.context.url
    if not url:
        return ""
    if below := str(st.get_option("server.baseUrlPath")).strip("/"):
        # Which may end as a page's address does: Streamlit would have cut it off.
        return urljoin(url, f"/{below}")
    base = url.rstrip("/")
    for page in _PAGES:
        base = base.removesuffix(page)
    return base
