"""Dealing out the pairs that teach most: around the line, above it, and below it.

Pairs are drawn by stratified sampling: the scale is cut into bands, a band is chosen by what a
judgement there is worth, and within it every pair that is left has the same chance. Judged pairs
then stand for the others of their band, which is how `search.tuning.sampling` corrects for the
choice of band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from search.errors import DealInvalid
from search.evaluating import Evaluating
from search.evaluation import Overview
from search.hits import Product
from search.people import signed
from search.store.pairs import Drawn
from search.store.store import Store
from search.thresholds import whole_hundredth
from search.truth import Truth, known_counts, tally
from search.tuning.sampling import Band, allocate, bands_of, estimate, needed
from search.tuning.scales import Integers, Scale, bin_of, bins
from search.vectors import VectorSpace

MOST_CARDS = 24
# How far from the line, in hundredths, is still around it.
AROUND = 3


class Where(StrEnum):
    """On which side of the line a pair lies."""

    ABOVE = "above"
    AROUND = "around"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Card:
    """A photo, by its fingerprint, and a product to be held against it.

    `picture` is the product's most similar picture, as in a Hit, `value` what it has on the scale,
    `similarity` the cosine.
    """

    photo: bytes
    product: Product
    picture: str
    value: float
    similarity: float
    where: Where


@dataclass(frozen=True, slots=True)
class DealProgress:
    """How far the judging of a source has come.

    People have decided `judged` pairs, which are of `photos` different photos; `needed` photos more
    make recommendations sound. `bands` tell what was judged where.
    """

    judged: int
    photos: int
    needed: int
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Deal:
    """A hand of cards, none when there is nothing left to judge, and how far things have come."""

    cards: tuple[Card, ...]
    progress: DealProgress


class Dealing:
    """One an engine. Every method may be called from several threads at once."""

    def __init__(self, store: Store, evaluating: Evaluating) -> None:
        self._store = store
        self._evaluating = evaluating

    @property
    def space(self) -> VectorSpace:
        """The space in which pairs are dealt."""
        return self._evaluating.space

    def deal(
        self,
        source_key: str,
        scale: Scale,
        line: float,
        n: int,
        who: str,
        *,
        searched: bool = True,
        rng: np.random.Generator | None = None,
    ) -> Deal:
        """Deal up to `n` pairs of a source, 1 to 24, that teach most about a line on a scale.

        `line` is a whole hundredth from -1 to 1. Nobody gets a pair that they have judged, nor one
        that anybody has as long as there are others. Photos come from those that were counted (see
        `Evaluating.count`) and of which a picture is kept; without `searched` only from evaluation
        sets. Raises SourceUnknown, DealInvalid or StoreError.
        """
        name = _checked(line, n, who)
        overview = self._evaluating.overview(source_key, scale)
        truth = self._evaluating.truth(overview)
        overview = replace(overview, counts=known_counts(overview, truth))
        bands = _bands(overview.counts, truth) if overview.photos else ()
        progress = DealProgress(
            judged=truth.judged,
            photos=len({pair.photo for pair in truth.pairs if pair.is_judged}),
            needed=needed(tally(overview.counts, truth)[0]),
            bands=bands,
        )
        if not overview.photos:
            return Deal((), progress)
        counts = self._shown(overview, searched=searched)
        rng = rng or np.random.default_rng()
        table = _Table(overview, scale, counts, bands, bin_of(line), rng)
        return Deal(self._cards(self._drawn(table, n, name), table), progress)

    def _drawn(self, table: _Table, n: int, who: str) -> list[tuple[_Pair, Drawn]]:
        """Draw up to `n` pairs: those that nobody has judged first."""
        judged = self._judged(table, who)
        drawn: list[tuple[_Pair, Drawn]] = []
        for gone in (judged, [pair for pair in judged if pair.is_own]):
            deck = _Deck(table.counts, table.bands, [*gone, *(pair for pair, _ in drawn)])
            while len(drawn) < n:
                place = deck.choose(table.line, table.rng)
                if place is None:
                    break
                found = self._draw(table, deck, *place)
                if found is None:
                    # The catalogue is no longer the one that was counted.
                    deck.left[place] = 0
                    continue
                pair = _Pair(place[0], int(bins(found.value)), found.product_id, is_own=True)
                deck.take(pair)
                drawn.append((pair, found))
        return drawn

    def _draw(self, table: _Table, deck: _Deck, row: int, band: int) -> Drawn | None:
        photo = table.overview.photos[row].fingerprint
        query = self._store.photos.find(photo, self._evaluating.space)
        if query is None:
            return None
        edges = table.bands[band].low_bin, table.bands[band].high_bin
        seed = int(table.rng.integers(2**63))
        gone = deck.gone.get(row, [])
        return self._store.pairs.draw(query, table.scale, edges, excluded=gone, seed=seed)

    def _shown(self, overview: Overview, *, searched: bool) -> Integers:
        """Return the counts, with none for the photos of which no picture can be shown."""
        prints = [photo.fingerprint for photo in overview.photos]
        kept = self._store.photo_pictures.kept(prints, searched=searched)
        shown = np.array([[fingerprint in kept] for fingerprint in prints])
        return np.asarray(overview.counts * shown, np.int64)

    def _judged(self, table: _Table, who: str) -> list[_Pair]:
        """Return every pair that somebody judged, whatever they said."""
        prints = [photo.fingerprint for photo in table.overview.photos]
        rows = {fingerprint: row for row, fingerprint in enumerate(prints)}
        judged = self._store.judgements.judged(prints, who)
        values = self._store.pairs.values(
            self._evaluating.space,
            table.scale,
            [pair.photo for pair in judged],
            [pair.product_id for pair in judged],
        )
        counted = np.flatnonzero(np.isfinite(values))  # the others have no vector, and no card
        return [
            _Pair(rows[pair.photo], at, pair.product_id, pair.is_own)
            for pair, at in zip(
                (judged[place] for place in counted), bins(values[counted]).tolist(), strict=True
            )
        ]

    def _cards(self, drawn: Sequence[tuple[_Pair, Drawn]], table: _Table) -> tuple[Card, ...]:
        known = self._store.products.with_pictures([found.product_id for _, found in drawn])
        return tuple(
            Card(
                table.overview.photos[pair.row].fingerprint,
                known[found.product_id][0],
                found.picture,
                found.value,
                found.similarity,
                _where(pair.bin, table.line),
            )
            for pair, found in drawn
            if found.product_id in known
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """What one hand is dealt from: the photos, the bands, the bin of the line, and the lot.

    `counts` are the overview's, of the photos that may be shown.
    """

    overview: Overview
    scale: Scale
    counts: Integers
    bands: tuple[Band, ...]
    line: int
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class _Pair:
    """A photo's row in the overview, the bin of the pair's value, and the product."""

    row: int
    bin: int
    product_id: int
    is_own: bool


class _Deck:
    """How many pairs are left in each band of each photo, and which products are gone."""

    def __init__(self, counts: Integers, bands: Sequence[Band], gone: Sequence[_Pair]) -> None:
        self._bands = bands
        self._lows = np.array([band.low_bin for band in bands], np.int64)
        self.left: Integers = np.add.reduceat(counts, self._lows, axis=1)
        self.gone: dict[int, list[int]] = {}
        for pair in gone:
            self.take(pair)

    def take(self, pair: _Pair) -> None:
        """Take a pair out of the deck."""
        band = int(np.searchsorted(self._lows, pair.bin, side="right")) - 1
        self.left[pair.row, band] = max(0, self.left[pair.row, band] - 1)
        self.gone.setdefault(pair.row, []).append(pair.product_id)

    def choose(self, line: int, rng: np.random.Generator) -> tuple[int, int] | None:
        """Return the row of a photo and the band to draw from next; None when all pairs are gone.

        Within a band a photo's chance is its share of what is left there, so that every pair has
        the same.
        """
        left = self.left.sum(axis=0)
        if not left.any():
            return None
        open_bands = [_as_left(*pair) for pair in zip(self._bands, left, strict=True)]
        band = allocate(open_bands, line, rng)
        if band is None:
            return None
        return int(rng.choice(len(self.left), p=self.left[:, band] / left[band])), band


def _as_left(band: Band, left: int) -> Band:
    """Return a band of which something can be dealt exactly if something is left.

    A pair on which people are unsure is gone and not judged; one that others judged may be left.
    """
    judged = min(band.judged, band.products - 1) if left else band.products
    return replace(band, judged=judged, matches=min(band.matches, judged))


def _bands(counts: Integers, truth: Truth) -> tuple[Band, ...]:
    """Return the bands over all photos, with what people judged in them."""
    judged = np.array([pair.is_judged for pair in truth.pairs], np.bool_)
    _, bands = estimate(
        counts,
        bands_of(counts),
        truth.photo[judged],
        bins(truth.values[judged]),
        truth.is_match[judged],
    )
    return bands


def _where(at: int, line: int) -> Where:
    if line - AROUND <= at < line + AROUND:
        return Where.AROUND
    return Where.ABOVE if at >= line else Where.BELOW


def _checked(line: float, n: int, who: str) -> str:
    """Return the person's name as it is kept."""
    if whole_hundredth(line) is None:
        raise DealInvalid(reason="@reasons.threshold_no_hundredth")
    if not 1 <= n <= MOST_CARDS:
        raise DealInvalid(reason="@reasons.deal_too_many", limit=MOST_CARDS)
    return signed(who, DealInvalid)
