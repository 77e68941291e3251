"""A photo of a set, and how far it is."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from enum import StrEnum

from search.errors import LikenessError
from search.hits import Search
from search.photo import Photo
from search.tuning.scales import reaches

# So many of a photo's products are kept: those that stand beside it. The search has all of them.
BEST = 5
THUMBNAIL_SIDE, THUMBNAIL_QUALITY = 120, 80


class State(StrEnum):
    """How far a photo is; the values are keys of texts."""

    WAITING = "waiting"  # to be read
    READING = "reading"
    READY = "ready"  # to be searched with
    SEARCHING = "searching"
    DONE = "done"
    FAILED = "failed"
    FORGOTTEN = "forgotten"  # its search was deleted since


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo of a set as it is at a moment. `number` is its place, from 1.

    `fingerprint` and `thumbnail`, a JPEG of at most THUMBNAIL_SIDE pixels, are there when it was
    read. `twin` is the place of an earlier photo with the same fingerprint, whose outcome is this
    one's as well. Of the `search`, only the BEST hits are kept; `found` is how many there were, and
    `similar` how many of them reach the threshold. `error` is why it FAILED. One that is FORGOTTEN
    has its number alone, and "" for a name.
    """

    number: int
    name: str
    state: State = State.WAITING
    fingerprint: bytes | None = None
    thumbnail: bytes | None = field(default=None, repr=False)
    twin: int | None = None
    search: Search | None = None
    found: int = 0
    similar: int = 0
    error: LikenessError | None = None

    @property
    def is_over(self) -> bool:
        """Whether it was searched with, or cannot be."""
        return self.state in (State.DONE, State.FAILED, State.FORGOTTEN)

    def read(self, photo: Photo, twin: int | None) -> PhotoRow:
        """Return the same as it is when it was read."""
        return replace(
            self,
            state=State.READY,
            fingerprint=photo.fingerprint,
            thumbnail=_thumbnail(photo),
            twin=twin,
        )

    def done(self, search: Search) -> PhotoRow:
        """Return the same as it is when it was searched with."""
        return replace(
            self,
            state=State.DONE,
            search=replace(search, hits=search.hits[:BEST]),
            found=len(search.hits),
            similar=sum(reaches(hit.score, search.threshold.value) for hit in search.hits),
            error=None,
        )

    def failed(self, error: LikenessError) -> PhotoRow:
        """Return the same as it is when it cannot be searched with."""
        return replace(self, state=State.FAILED, error=error)

    def forgotten(self) -> PhotoRow:
        """Return what is left when its search was deleted: that there was a photo in this place."""
        return PhotoRow(self.number, "", State.FORGOTTEN)

    def unseen(self) -> PhotoRow:
        """Return the same for whoever is not to see the photo."""
        return replace(self, thumbnail=None)

    def as_first(self, first: PhotoRow) -> PhotoRow:
        """Return a twin with what came of the first one."""
        return replace(
            self,
            state=first.state,
            search=first.search,
            found=first.found,
            similar=first.similar,
            error=first.error,
        )


def _thumbnail(photo: Photo) -> bytes:
    image = photo.image.copy()
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=THUMBNAIL_QUALITY)
    return buffer.getvalue()
