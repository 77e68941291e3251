"""Evaluating: whose photos there are to look at, and what they say about every threshold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from search.advising import Advising, OnProgress
from search.errors import SourceUnknown
from search.evaluation import Evaluation, Overview, PhotoRef, Source, SourceKind
from search.photo import Photo, read_photo
from search.store.comparisons import Comparison
from search.store.store import Store
from search.truth import Truth, categories, know, known_counts, tally
from search.tuning.compare import ScaleResult, compare
from search.tuning.curves import measure
from search.tuning.ranking import Ranking, rank_measures
from search.tuning.recommend import Goals
from search.tuning.sampling import measured_from, needed
from search.tuning.scales import BINS, BINS_PER_UNIT, Scale
from search.vectors import Embedding, VectorSpace

LAST_SEARCHES, MOST_SEARCHES = 100, 1000
_NUMBER = re.compile(r"[0-9]{1,18}")
# The database answers from one core each; more would only take turns.
COUNTING_AT_ONCE = 2
# So many of a photo's best products have to be known before its ranking says anything.
RANKED = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """An overview, and the comparison behind each of its rows."""

    overview: Overview
    comparisons: tuple[Comparison, ...]


class Evaluating:
    """One an engine. Every method may be called from several threads at once."""

    def __init__(
        self, store: Store, space: Callable[[], VectorSpace], embed: Callable[[Photo], Embedding]
    ) -> None:
        """Take where to ask for the encoder's space, and what encodes a photo, each only once."""
        self._store = store
        self._space = space
        self._embed = embed
        self._advising = Advising()

    def sources(self) -> list[Source]:
        """Return the evaluation sets and, if there were any, the last searches."""
        searched = len(self._store.searches.last(self.space, LAST_SEARCHES))
        key = f"searches:{LAST_SEARCHES}"
        searches = [Source(SourceKind.SEARCHES, key, "", searched)] if searched else []
        return self.sets() + searches

    def sets(self) -> list[Source]:
        """Return the evaluation sets, in the order in which they were added."""
        return [
            Source(SourceKind.SET, f"set:{found.id}", found.name, found.photos)
            for found in self._store.evaluation_sets.all()
        ]

    def remove_set(self, name: str) -> None:
        """Remove an evaluation set, not its photos' judgements. Raises SourceUnknown."""
        found = next((s for s in self._store.evaluation_sets.all() if s.name == name), None)
        if found is None or not self._store.evaluation_sets.remove(found.id):
            raise SourceUnknown(source=name)

    def overview(self, key: str, scale: Scale) -> Overview:
        """Return how the photos of a source compare with the catalogue; see `count`."""
        return self.compared(key, scale).overview

    def compared(self, key: str, scale: Scale) -> Compared:
        """Return the overview with its comparisons. Raises SourceUnknown."""
        source, photos = self._open(key)
        prints = [photo.fingerprint for photo in photos]
        stamp = self._store.comparisons.stamp(self.space)
        kept = self._store.comparisons.read(prints, self.space, scale, stamp)
        counted = tuple(photo for photo in photos if photo.fingerprint in kept)
        comparisons = tuple(kept[photo.fingerprint] for photo in counted)
        shown = [comparison.distribution for comparison in comparisons]
        counts = np.array([distribution.counts for distribution in shown], np.int64)
        products = max((distribution.total for distribution in shown), default=0)
        overview = Overview(
            source,
            scale,
            counted,
            counts.reshape(-1, BINS),
            products,
            len(photos) - len(counted),
            sampled=min((d.sampled for d in shown if d.sampled is not None), default=None),
            margins=shown[0].margins() if len(shown) == 1 and shown[0].sampled else None,
        )
        return Compared(overview, comparisons)

    def count(self, key: str, scale: Scale, on_progress: OnProgress) -> None:
        """Compare with the catalogue every photo of a source for which that was not done yet.

        Photos of a set that were never encoded in this space are encoded first; see `to_encode`.
        Raises SourceUnknown, CatalogueError, EncoderError or StoreError; what was done until then
        is kept.
        """
        _, photos = self._open(key)
        space, comparisons = self.space, self._store.comparisons
        # The stamp first: what is compared with a later mean is counted again, and not the reverse.
        stamp = comparisons.stamp(space)
        # That there is nothing to compare with is known before any photo is encoded for it.
        centre = self._store.centre(space)
        prints = [photo.fingerprint for photo in photos]
        known = comparisons.read(prints, space, scale, stamp)
        missing = [fingerprint for fingerprint in prints if fingerprint not in known]

        def count_one(fingerprint: bytes) -> None:
            query = self._embedding(fingerprint)
            if query is not None:
                made = comparisons.compare(query, scale, centre)
                comparisons.save(fingerprint, space, scale, stamp, made)

        with ThreadPoolExecutor(COUNTING_AT_ONCE, "count") as pool:
            for done, _ in enumerate(pool.map(count_one, missing), 1):
                on_progress(done / len(missing))

    def to_encode(self, key: str) -> int:
        """Return how many photos of a source the encoder would have to be asked about."""
        _, photos = self._open(key)
        prints = [photo.fingerprint for photo in photos]
        return len(
            self._store.photo_pictures.kept(prints) - self._store.photos.known(prints, self.space)
        )

    def evaluate(self, key: str, scale: Scale, goals: Goals) -> Evaluation:
        """Return what is quickly known about every threshold. Raises SourceUnknown."""
        overview = self.overview(key, scale)
        truth = self.truth(overview)
        overview = replace(overview, counts=known_counts(overview, truth))
        tallies, rows, sampled = tally(overview.counts, truth)
        named, unknown_below = categories(truth.pairs), measured_from(sampled)
        photos = tuple(
            replace(photo, category=named.get(photo.fingerprint)) for photo in overview.photos
        )
        return Evaluation(
            overview=replace(overview, photos=photos),
            goals=goals,
            complete=truth.complete,
            judged=truth.judged,
            needed=max(needed(tallies), sum(not b.judged for b in sampled if b.products)),
            rows=rows,
            tallies=tallies,
            # What a search is left with is known of every photo, judged or not.
            curves=measure(tallies, goals.beta, overview.counts),
            sampled=sampled,
            measurable_from=None if unknown_below is None else unknown_below - BINS_PER_UNIT,
        )

    def advise(self, evaluation: Evaluation, on_progress: OnProgress) -> Evaluation:
        """Return the evaluation with its advice; seconds for a thousand photos, but only once."""
        overview = evaluation.overview
        advice = self._advising.advise(evaluation, on_progress)
        compared = self.compared(overview.source.key, overview.scale)
        ranking = _ranking(compared, self.truth(compared.overview))
        on_progress(1.0)
        return replace(evaluation, advice=replace(advice, ranking=ranking))

    def compare_scales(
        self, key: str, goals: Goals, on_progress: OnProgress
    ) -> tuple[ScaleResult, ...]:
        """Hold the scales against one another on photos held out.

        Nothing comes of it with fewer judged photos than it takes. Raises as `count` does.
        """
        tallies = {}
        for place, scale in enumerate(Scale):

            def tell(share: float, before: int = place) -> None:
                on_progress((before + share) / len(Scale))

            self.count(key, scale, tell)
            overview = self.overview(key, scale)
            truth = self.truth(overview)
            tallies[scale] = tally(known_counts(overview, truth), truth)[0]
            if needed(tallies[scale]):
                # What too few photos say of one scale they cannot say of three.
                return ()
        on_progress(1.0)
        return compare(tallies, beta=goals.beta)

    def category_names(self) -> Mapping[str, Mapping[str, str]]:
        """Return the categories' names by language, by the categories' ids."""
        return self._store.products.category_names()

    @property
    def space(self) -> VectorSpace:
        """The encoder's space."""
        return self._space()

    def truth(self, overview: Overview) -> Truth:
        """Return what is known about the photos of an overview, on its scale."""
        prints = [photo.fingerprint for photo in overview.photos]
        is_set = overview.source.kind is SourceKind.SET
        number = int(overview.source.key.partition(":")[2]) if is_set else None
        pairs = self._store.truths.pairs(prints, number)
        values = self._store.pairs.values(
            self.space,
            overview.scale,
            [pair.photo for pair in pairs],
            [pair.product_id for pair in pairs],
        )
        return know(prints, pairs, values, complete=is_set)

    def _open(self, key: str) -> tuple[Source, tuple[PhotoRef, ...]]:
        """Return a source and its photos. Raises SourceUnknown."""
        kind, _, rest = key.partition(":")
        if kind == SourceKind.PHOTO and _is_fingerprint(rest):
            photo = PhotoRef(bytes.fromhex(rest), "", None)
            return Source(SourceKind.PHOTO, key, "", 1), (photo,)
        number = int(rest) if _NUMBER.fullmatch(rest) else 0
        if kind == SourceKind.SEARCHES and 0 < number <= MOST_SEARCHES:
            past = self._store.searches.last(self.space, number)
            photos = tuple(PhotoRef(search.photo, "", None) for search in past)
            return Source(SourceKind.SEARCHES, key, "", len(photos)), photos
        found = self._store.evaluation_sets.find(number) if kind == SourceKind.SET else None
        if found is None:
            raise SourceUnknown(source=key)
        photos = tuple(
            PhotoRef(photo.fingerprint, photo.name, None)
            for photo in self._store.evaluation_sets.photos(found.id)
        )
        return Source(SourceKind.SET, key, found.name, len(photos)), photos

    def _embedding(self, fingerprint: bytes) -> Embedding | None:
        """Return a photo's embedding; encode it if only its picture is kept."""
        known = self._store.photos.find(fingerprint, self.space)
        if known is not None:
            return known
        picture = self._store.photo_pictures.find(fingerprint)
        if picture is None:
            return None
        made = self._embed(read_photo(picture.content))
        self._store.photos.add(fingerprint, made)
        return made


def _is_fingerprint(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)  # noqa: PLR2004 - SHA-256


def _ranking(compared: Compared, truth: Truth) -> Ranking | None:
    """Rank the photos whose best products are all known: with a set, every one."""
    known: dict[bytes, dict[int, bool]] = {}
    for pair in truth.pairs:
        known.setdefault(pair.photo, {})[pair.product_id] = pair.is_match
    run: dict[str, Sequence[tuple[str, float]]] = {}
    matches: dict[str, list[str]] = {}
    for photo, comparison in zip(compared.overview.photos, compared.comparisons, strict=True):
        about = known.get(photo.fingerprint, {})
        if truth.complete or set(comparison.product_ids[:RANKED]) <= set(about):
            name = photo.fingerprint.hex()
            products = [str(product) for product in comparison.product_ids]
            ranked = list(zip(products, comparison.scores, strict=True))
            run[name] = ranked if truth.complete else ranked[:RANKED]
            matches[name] = [str(product) for product, match in about.items() if match]
    return rank_measures(run, matches) if run else None
