"""From a source into the store, portion by portion: what was stored stays, whatever comes after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np

from search.adopting import SOURCE as ADOPTED
from search.decoding import DECODING_AT_ONCE
from search.demo.loading import SOURCE as DEMO
from search.errors import ImportNameInvalid
from search.importing.categories import Categories
from search.importing.looking import Look, Looker
from search.importing.passage import NO_PASSAGE, Passage, find_passage
from search.importing.plan import Plan, StoredVectors, plan
from search.importing.report import ImportReport
from search.importing.rows import CatalogueSource, Problem, ProductRow
from search.people import LONGEST_NAME, excerpt, tidy
from search.photo import DEFAULT_MAX_BYTES, Photo
from search.store.import_changes import ImportedProduct, ProductFields
from search.store.store import Store
from search.vectors import Embedding, VectorSpace

# A portion is full with so many products or pictures; its pictures are in memory together.
PRODUCTS_AT_ONCE = 100
PICTURES_AT_ONCE = 100
# More show no product better; a whole catalogue taken for one product has more.
MOST_PICTURES = 100
# Names that Likeness itself gives, and why nobody else may: one catalogue would mix with the other.
_TAKEN: Final = {DEMO: "@reasons.import_named_demo", ADOPTED: "@reasons.import_named_adopted"}

OnProgress = Callable[[ImportReport], None]
"""Called with what was done so far, after each portion."""


class Importer:
    """Brings catalogues in. `read` is the reader of photos, `max_bytes` the largest file."""

    def __init__(
        self,
        store: Store,
        read: Callable[[bytes], Photo],
        *,
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        self._store = store
        self._looker = Looker(read, max_bytes)

    def run(
        self,
        source: CatalogueSource,
        name: str,
        on_progress: OnProgress,
        *,
        dry_run: bool = False,
        prune: bool = False,
        adopting: bool = False,
    ) -> ImportReport:
        """Store what is new or changed in a source under a name of at most 80 characters.

        A product is known by this name and its key; one that was known by its article gets the id
        that the source has for it now. With `dry_run` nothing is written. With `prune` products and
        pictures that are no longer in the source are removed, unless it has no product at all, or
        places where some may be that cannot be read. The name of what is adopted is for who is
        `adopting`. Raises ImportNameInvalid, another ImportFailed, or a StoreError; what was stored
        until then stays.
        """
        report = ImportReport(_checked(name, adopting=adopting), dry_run)
        categories = Categories(self._store.products.category_names())
        seen: set[str] = set()
        passage: Passage | None = None
        pool = ThreadPoolExecutor(DECODING_AT_ONCE, "import")
        try:
            for portion in _portions(_distinct(source, seen, report)):
                # Not sooner: now that reading has begun the source knows what it has.
                passage = passage or self._pass_to_ids(source, report)
                self._take(portion, passage, categories, report, pool, prune=prune)
                on_progress(report)
        finally:
            # Whoever stopped us does not wait for the pictures of a portion that is not stored.
            pool.shutdown(cancel_futures=True)
        report.ignored = tuple(source.ignored)
        self._find_gone(seen, passage or NO_PASSAGE, report, prune=prune)
        return report

    def _pass_to_ids(self, source: CatalogueSource, report: ImportReport) -> Passage:
        """Give stored products their ids where they were known by article and the source has ids.

        Returns what would be done in a dry run, and what is left to be done else: nothing.
        """
        known = self._store.imports.known_by_article(report.name) if source.has_ids else ()
        if not known:
            return NO_PASSAGE
        passage = find_passage(source.names(), known)
        for article in passage.stuck:
            report.add_problem(Problem(excerpt(article), "importing.not_one_id"))
        report.rekeyed = len(passage.articles)
        if report.dry_run:
            return passage
        self._store.imports.rekey(report.name, passage.articles)
        return NO_PASSAGE

    def _take(
        self,
        portion: Sequence[ProductRow],
        passage: Passage,
        categories: Categories,
        report: ImportReport,
        pool: ThreadPoolExecutor,
        *,
        prune: bool,
    ) -> None:
        """Compare a portion with the store and write what differs, in one transaction."""
        stored = self._find(report.name, portion, passage)
        vectors = self._stored_vectors(portion, stored)
        plans = []
        news: dict[str, Mapping[str, str]] = {}
        for row, looks in zip(portion, self._look(portion, stored, pool), strict=True):
            known = stored.get(row.key)
            made = self._plan(
                row, known, looks, vectors, categories=categories, report=report, prune=prune
            )
            if made is None or made.change is None:
                continue
            plans.append(made.change)
            if made.change.fields and (number := made.change.fields.category_id):
                news[number] = categories.news_of(number)
        if plans and not report.dry_run:
            self._store.imports.write(
                report.name, {n: name for n, name in news.items() if name}, plans
            )

    def _find(
        self, name: str, portion: Sequence[ProductRow], passage: Passage
    ) -> dict[str, ImportedProduct]:
        """Return what is stored of the products of a portion, by the keys that they have now."""
        before = {row.key: passage.before(row.key) for row in portion}
        asked = [key for key in before.values() if key is not None]
        stored = self._store.imports.find(name, asked)
        return {key: stored[old] for key, old in before.items() if old and old in stored}

    def _stored_vectors(
        self, portion: Sequence[ProductRow], stored: Mapping[str, ImportedProduct]
    ) -> StoredVectors:
        """Compare the vectors that come with pictures with those that are stored."""
        given: dict[VectorSpace, dict[int, Embedding]] = {}
        for row in portion:
            vectors = {p.address: p.vector for p in row.pictures if p.vector is not None}
            for picture in stored[row.key].pictures if vectors and row.key in stored else ():
                if picture.address in vectors:
                    embedding = vectors[picture.address]
                    given.setdefault(embedding.space, {})[picture.id] = embedding
        there: set[int] = set()
        same: set[int] = set()
        for space, embeddings in given.items():
            numbers = np.array(list(embeddings), np.int64)
            told = self._store.vectors.compare(
                space, numbers, np.stack([embedding.vector for embedding in embeddings.values()])
            )
            there.update(numbers[told[0]].tolist())
            same.update(numbers[told[1]].tolist())
        return StoredVectors(there, same)

    def _look(
        self,
        portion: Sequence[ProductRow],
        stored: Mapping[str, ImportedProduct],
        pool: ThreadPoolExecutor,
    ) -> Iterator[dict[str, Look]]:
        """Look at all pictures of a portion, several at a time; yield them by address, by row."""
        asked = []
        for row in portion:
            known = stored[row.key].pictures if row.key in stored else ()
            originals = {picture.address: picture.original for picture in known}
            asked += [(picture, originals.get(picture.address)) for picture in row.pictures]
        looked = pool.map(lambda pair: self._looker.look(*pair), asked)
        for row in portion:
            yield {picture.address: next(looked) for picture in row.pictures}

    def _plan(
        self,
        row: ProductRow,
        stored: ImportedProduct | None,
        looks: Mapping[str, Look],
        vectors: StoredVectors,
        *,
        categories: Categories,
        report: ImportReport,
        prune: bool,
    ) -> Plan | None:
        """Plan a product and count it; None for one of which nothing can be stored."""
        unusable = [look for look in looks.values() if isinstance(look, Problem)]
        for problem in unusable:
            report.add_problem(problem)
        if row.is_its_picture and stored is None and len(unusable) == len(looks):
            report.products.left_out += 1
            return None
        category = categories.id_of(row.category)
        said = ProductFields(
            row.article,
            dict(row.name),
            category,
            row.price,
            row.currency,
            row.link,
            row.description,
            row.project,
            row.region,
            row.offers,
        )
        renamed = categories.is_renamed(category)
        made = plan(row, said, stored, looks, vectors, renamed=renamed, prune=prune)
        report.count(made, prune=prune)
        return made

    def _find_gone(
        self, seen: set[str], passage: Passage, report: ImportReport, *, prune: bool
    ) -> None:
        there = [before for key in seen if (before := passage.before(key)) is not None]
        gone = self._store.imports.gone(report.name, there)
        report.products.gone = len(gone)
        report.pictures.gone += sum(gone.values())
        if not prune or not seen or report.hidden:
            return
        report.products.removed = len(gone)
        report.pictures.removed += sum(gone.values())
        if not report.dry_run:
            self._store.imports.remove(list(gone))


def _checked(name: str, *, adopting: bool) -> str:
    name = tidy(name)
    if not name:
        raise ImportNameInvalid(reason="@reasons.import_without_name")
    if len(name) > LONGEST_NAME:
        raise ImportNameInvalid(reason="@reasons.name_too_long", limit=LONGEST_NAME)
    if name in _TAKEN and not (adopting and name == ADOPTED):
        raise ImportNameInvalid(reason=_TAKEN[name])
    return name


def _distinct(
    source: CatalogueSource, seen: set[str], report: ImportReport
) -> Iterator[ProductRow]:
    """Yield a source's products, each key once, and note the rest in the report."""
    for found in source.read():
        if isinstance(found, Problem):
            report.add_problem(found)
        elif found.key in seen:
            facts = {"article": excerpt(found.key)}
            report.add_problem(Problem(found.where, "importing.duplicate", facts, loses="product"))
        else:
            seen.add(found.key)
            yield _bounded(found, report)


def _bounded(row: ProductRow, report: ImportReport) -> ProductRow:
    beyond = len(row.pictures) - MOST_PICTURES
    if beyond <= 0:
        return row
    report.add_problem(Problem(row.where, "importing.many_pictures", {"limit": MOST_PICTURES}))
    report.pictures.left_out += beyond
    return replace(row, pictures=row.pictures[:MOST_PICTURES])


def _portions(rows: Iterator[ProductRow]) -> Iterator[list[ProductRow]]:
    portion: list[ProductRow] = []
    pictures = 0
    for row in rows:
        portion.append(row)
        pictures += len(row.pictures)
        if len(portion) >= PRODUCTS_AT_ONCE or pictures >= PICTURES_AT_ONCE:
            yield portion
            portion, pictures = [], 0
    if portion:
        yield portion
