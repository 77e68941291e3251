"""What the engine offers to take along as a file: a search, what a text found, a set of photos."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

from search.batch.files import LeftOut
from search.batch.rows import PhotoRow
from search.errors import StoreError
from search.exporting.batches import (
    AddressOf,
    left_out_sheet,
    list_sheet,
    side_by_side_sheet,
)
from search.exporting.cells import Thumbnail
from search.exporting.csv_file import csv_of
from search.exporting.found import Looked, found_sheet, looked_sheet
from search.exporting.narrowed import narrowed_said
from search.exporting.results import About, about_sheet, offers_sheet, results_sheet
from search.exporting.thumbnails import Thumbnails, small
from search.exporting.workbook import xlsx_of
from search.finding import Found
from search.hits import Search
from search.language import Language
from search.narrowing import Narrow
from search.settings import Settings
from search.showing import Showing
from search.store.store import Store
from search.subject import Kind

log = logging.getLogger(__name__)


class Exporting:
    """One an engine. Every method may be called from several threads at once.

    Files are in the language of whoever reads them. Pictures that are not here are left out.
    """

    def __init__(self, store: Store, settings: Settings, showing: Showing) -> None:
        self._store = store
        self._settings = settings
        self._showing = showing

    def results_csv(self, search: Search, words: Language, address: str = "") -> bytes:
        """Return the products that a search found as CSV in UTF-8, with a byte order mark.

        `address` is where the search is seen; without one, its id stands in its place.
        """
        return csv_of(results_sheet(search, words, address, None), words)

    def results_xlsx(
        self, search: Search, words: Language, address: str = "", zone: tzinfo | None = None
    ) -> bytes:
        """Return the same as XLSX, with pictures, all offers, and what the search was about.

        `zone` is the reader's, see `Language.moment`. While the database is away it says less.
        """
        thumbnails = Thumbnails(self._showing.find)
        products = [product for hit in search.hits for product in (hit.product, *hit.same)]
        about = self._about(search, thumbnails, words)
        sheets = [
            results_sheet(search, words, address, thumbnails),
            offers_sheet(products, words),
            about_sheet(search, replace(about, address=address, zone=zone), words),
        ]
        return xlsx_of([sheet for sheet in sheets if sheet], words.text("exporting.title"))

    def found_csv(self, found: Found, looked: Looked, words: Language) -> bytes:
        """Return the products that a text found as CSV, as `results_csv`, without similarities."""
        return csv_of(found_sheet(found.matches, looked, words, None), words)

    def found_xlsx(
        self, found: Found, looked: Looked, narrow: Narrow | None, words: Language
    ) -> bytes:
        """Return the same as XLSX, with pictures, all offers, and what was looked for.

        While the database is away it says less.
        """
        products = [match.product for match in found.matches]
        try:
            narrowed = self._narrowed(narrow, words)
        except StoreError as error:
            # The products are known all the same, and they are what the file is for.
            log.warning("a file says less of its words: %s", error, extra={"code": error.code})
            narrowed = ""
        sheets = [
            found_sheet(found.matches, looked, words, Thumbnails(self._showing.find)),
            offers_sheet(products, words),
            looked_sheet(found.matches, found.total, looked, narrowed, words),
        ]
        title = words.text("exporting.title_words")
        return xlsx_of([sheet for sheet in sheets if sheet], title)

    def batch_csv(self, rows: Sequence[PhotoRow], words: Language, address_of: AddressOf) -> bytes:
        """Return a row for each photo of a set and each of its best products, as CSV.

        What was forgotten since is in no file. Raises StoreError.
        """
        return csv_of(list_sheet(self._remembered(rows), words, address_of), words)

    def batch_xlsx(
        self,
        rows: Sequence[PhotoRow],
        left_out: Sequence[LeftOut],
        words: Language,
        address_of: AddressOf,
    ) -> bytes:
        """Return a set as XLSX: a row a photo with its best products side by side, with pictures.

        Further sheets have what the CSV file has, and the files that were left out. Raises
        StoreError.
        """
        rows = self._remembered(rows)
        thumbnails = Thumbnails(self._showing.find)
        sheets = [
            side_by_side_sheet(rows, words, address_of, thumbnails),
            list_sheet(rows, words, address_of),
            left_out_sheet(left_out, words),
        ]
        return xlsx_of([sheet for sheet in sheets if sheet], words.text("exporting.title"))

    def _remembered(self, rows: Sequence[PhotoRow]) -> list[PhotoRow]:
        """Return the photos without what was forgotten of them, by whatever process."""
        made = {row.search.id for row in rows if row.search}
        gone = made - self._store.past_searches.there(made)
        return [row.forgotten() if row.search and row.search.id in gone else row for row in rows]

    def _about(self, search: Search, thumbnails: Thumbnails, words: Language) -> About:
        try:
            return About(
                self._subject(search, words),
                list(self._pictures(search, thumbnails, words)),
                self._narrowed(search.narrow, words),
            )
        except StoreError as error:
            # The products are known all the same, and they are what the file is for.
            log.warning("a file says less of its search: %s", error, extra={"code": error.code})
            return About("", [])

    def _subject(self, search: Search, words: Language) -> str:
        """Say what was searched with."""
        subject = search.subject
        if subject.kind is not Kind.PRODUCT or subject.product_id is None:
            return words.text(f"exporting.subject.{subject.kind}", n=len(subject.photos))
        found = self._store.products.with_pictures([subject.product_id])
        if subject.product_id not in found:
            return words.text("exporting.subject.gone")
        product, _ = found[subject.product_id]
        named = " ".join(filter(None, (product.article, words.choose(product.name))))
        return words.text("exporting.subject.product", product=named)

    def _pictures(
        self, search: Search, thumbnails: Thumbnails, words: Language
    ) -> Iterator[Thumbnail]:
        """Yield what shows what was searched with, as far as it is kept."""
        subject, shows = search.subject, words.text("exporting.about.picture")
        if subject.kind is Kind.PRODUCT:
            made = thumbnails.of(subject.picture, shows) if subject.picture else None
        else:
            kept = self._store.photo_pictures.find(
                subject.fingerprint, searched=self._settings.keep_photos
            )
            made = small(kept.content, shows) if kept else None
        if made:
            yield made

    def _narrowed(self, narrow: Narrow | None, words: Language) -> str:
        if not narrow:
            return ""
        return narrowed_said(narrow, self._store.products.category_names(), words)
