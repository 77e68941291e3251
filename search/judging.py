"""Judging: people say whether a product matches a photo, take it back, and hand it on as files."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from search.errors import JudgementInvalid, JudgementTaken, JudgementUnknown, ProductUnknown
from search.judgement import FINGERPRINT_BYTES, Judgement, Verdict
from search.judgements_csv import ImportReport, JudgementsReader, text_of, written
from search.people import signed
from search.qrels import qrels
from search.store.photos import PhotoPicture
from search.store.store import Store
from search.vectors import VectorSpace

# What a bigint holds; the catalogue has no product beyond it.
LARGEST_PRODUCT = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What holds for a photo, by the products' numbers.

    `own` is what one person says, `all` what most people say, where a draw is unsure.
    """

    own: Mapping[int, Verdict]
    all: Mapping[int, Verdict]


class Judging:
    """One an engine. Every method may be called from several threads at once."""

    def __init__(self, store: Store, space: Callable[[], VectorSpace]) -> None:
        """Take where to ask for the active space, in which judgements without one were made."""
        self._store = store
        self._space = space

    def space_named(self, text: str | None) -> VectorSpace:
        """Return the space in which what is judged was found, as its page names it.

        That may be another one than the active one: a page stays open while somebody switches to
        another model. Without a name it is the active one. Raises JudgementInvalid for one that the
        database does not know, or ModelLost.
        """
        if text is None:
            return self._space()
        space = VectorSpace.written(text)
        if space not in self._store.judgements.spaces():
            raise JudgementInvalid(reason="@reasons.judgement_space")
        return space

    def record(self, judgement: Judgement) -> bool:
        """Keep a judgement; return False when it is known already, by its id.

        Once this returns the judgement survives a power cut; after a StoreError it may be sent
        again with the same id. A judgement that was undone stays so. Raises JudgementInvalid,
        ProductUnknown, JudgementTaken when the id belongs to another judgement, or StoreError.
        """
        checked = _checked(judgement)
        if self._store.judgements.add([checked]):
            return True
        known = self._store.judgements.find(checked.id)
        if known != (checked.photo, checked.product_id, checked.verdict, checked.who):
            raise JudgementTaken(judgement=str(checked.id))
        return False

    def undo(self, number: UUID, who: str) -> Verdict | None:
        """Take back a person's judgement; return what that person says of the pair now.

        Doing so twice changes nothing. Raises JudgementUnknown, JudgementInvalid for a name that is
        too long, StoreError.
        """
        name = signed(who, JudgementInvalid)
        pair = self._store.judgements.undo(number, name)
        if pair is None:
            raise JudgementUnknown(judgement=str(number), who=name)
        photo, product_id = pair
        return self._store.judgements.by_person(photo, name, product_id).get(product_id)

    def verdicts(self, photo: bytes, who: str | None = None) -> Verdicts:
        """Return what holds for a photo; without a name, `own` is empty."""
        own: Mapping[int, Verdict] = {}
        if who is not None:
            own = self._store.judgements.by_person(photo, signed(who, JudgementInvalid))
        return Verdicts(own, self._store.judgements.pooled(photo))

    def picture(self, photo: bytes, *, searched: bool = True) -> PhotoPicture | None:
        """Return the small picture of a photo, where one is kept.

        Without `searched`, only of a photo that belongs to an evaluation set.
        """
        return self._store.photo_pictures.find(photo, searched=searched)

    def export_csv(self) -> Iterator[str]:
        """Yield the lines of a CSV file with every judgement that was not undone, oldest first.

        See `search.judgements_csv`.
        """
        return written(self._store.judgements.all())

    def import_file(self, data: bytes) -> ImportReport:
        """Keep the judgements of a CSV file as it lies on a disk, in UTF-8; see `import_csv`."""
        return self.import_csv(text_of(data))

    def import_csv(self, text: str) -> ImportReport:
        """Keep the judgements of a CSV file; those that cannot be used are reported.

        What is known already, by its id, stays as it is: importing a file twice changes nothing.
        Raises JudgementsUnreadable when the text is no such table, or StoreError.
        """
        reader = JudgementsReader(self._store.judgements, self._space)
        judgements, problems = reader.read(text)
        added = self._store.judgements.add(judgements)
        return ImportReport(len(added), len(judgements) - len(added), problems)

    def export_qrels(self) -> Iterator[str]:
        """Yield the lines of a file of relevance judgements as TREC's tools read them.

        See `search.qrels`.
        """
        return qrels(self._store.judgements.all_pooled())


def _checked(judgement: Judgement) -> Judgement:
    """Return the judgement with its name as it is kept."""
    similarity = judgement.similarity
    if similarity is not None and not (math.isfinite(similarity) and -1 <= similarity <= 1):
        raise JudgementInvalid(reason="@reasons.judgement_similarity")
    if len(judgement.photo) != FINGERPRINT_BYTES:
        raise JudgementInvalid(reason="@reasons.judgement_photo")
    if not 0 < judgement.product_id <= LARGEST_PRODUCT:
        raise ProductUnknown(product=str(judgement.product_id))
    return replace(judgement, who=signed(judgement.who, JudgementInvalid))
