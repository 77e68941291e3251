"""What people searched for: listed, reopened, named, pinned, and forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from search.addresses import photo_path, picture_path
from search.entries import Entry, Forgotten, Portrait
from search.errors import SearchUnknown, StoreError, TitleTooLong
from search.hits import Search
from search.people import excerpt, tidy
from search.settings import Settings
from search.store.store import Store
from search.subject import Subject

DEFAULT_LIMIT = 50
MOST = 200
LONGEST_TITLE = 80

log = logging.getLogger(__name__)


class History:
    """One an engine. Every method may be called from several threads at once.

    A visitor is whoever a page takes for the same person; "" is for searches without one. Whoever
    has a search's id sees it, and may name, pin or forget it; where a `visitor` is given, only that
    one's own. A search is named by its UUID or by that one's text.
    """

    def __init__(self, store: Store, settings: Settings, now: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._now = now
        self._listeners: list[Callable[[], None]] = []

    def on_forgotten(self, listener: Callable[[], None]) -> None:
        """Call a listener whenever searches were deleted here; it may raise StoreError.

        Of what another process deletes it does not hear.
        """
        self._listeners.append(listener)

    def list(
        self,
        visitor: str | None,
        limit: int = DEFAULT_LIMIT,
        before: Entry | None = None,
        *,
        pinned: bool | None = None,
    ) -> Sequence[Entry]:
        """Return up to `limit` searches, 1 to 200, of a visitor, or of everybody; latest first.

        `before` is the last entry that is known already: those follow that are older. With `pinned`
        only those that are, or are not. Raises StoreError.
        """
        return self._store.past_searches.list(
            visitor,
            min(max(limit, 1), MOST),
            before=before,
            pinned=pinned,
            searched=self._settings.keep_photos,
            default=self._settings.default_threshold,
        )

    def reopen(self, search: UUID | str) -> Search:
        """Return a search with the hits that were shown then.

        Their names, prices and pictures are as of today, ranks, scores and the threshold as of
        then. Raises SearchUnknown or StoreError.
        """
        number = _number(search)
        found = self._store.past_searches.find(number, self._settings.default_threshold)
        if found is None:
            raise SearchUnknown(search=str(number))
        return found

    def portrait(self, subject: Subject) -> Portrait:
        """Return how people see what was searched with, as of today; raise StoreError."""
        if subject.product_id is None:
            kept = self._store.photo_pictures.kept(
                [subject.fingerprint], searched=self._settings.keep_photos
            )
            return Portrait(photo_path(subject.fingerprint) if kept else None)
        known = self._store.products.with_pictures([subject.product_id])
        product = known[subject.product_id][0] if subject.product_id in known else None
        return Portrait(picture_path(subject.picture) if subject.picture else None, product)

    def pin(self, search: UUID | str, visitor: str | None = None) -> None:
        """Keep a search until it is forgotten, however old; raise SearchUnknown, StoreError."""
        number = _number(search)
        _known(number, is_there=self._store.past_searches.mark(number, visitor, pinned=True))

    def unpin(self, search: UUID | str, visitor: str | None = None) -> None:
        """Let a search grow old as any other; raise SearchUnknown, StoreError."""
        number = _number(search)
        _known(number, is_there=self._store.past_searches.mark(number, visitor, pinned=False))

    def rename(self, search: UUID | str, title: str, visitor: str | None = None) -> str:
        """Give a search a name, at most 80 characters, or none; return it as it is kept.

        Raises TitleTooLong, SearchUnknown or StoreError.
        """
        number, title = _number(search), tidy(title)
        if len(title) > LONGEST_TITLE:
            raise TitleTooLong(limit=LONGEST_TITLE)
        _known(number, is_there=self._store.past_searches.mark(number, visitor, title=title))
        return title

    def is_of(self, search: UUID | str, visitor: str) -> bool:
        """Tell whether a search is a visitor's own, or nobody's if that is ""; raise StoreError."""
        try:
            return self._store.past_searches.is_of(_number(search), visitor)
        except SearchUnknown:
            return False

    def forget(
        self,
        search: UUID | str,
        visitor: str | None = None,
        *,
        earlier: Sequence[UUID | str] = (),
    ) -> Forgotten:
        """Delete a search, for ever, and return what is left; raise SearchUnknown or StoreError.

        So are the `earlier` ones that were made with the same, as far as they are there still. With
        them go the photo's small picture, its vector and how it compares with the catalogue, unless
        another search, a judgement or an evaluation set refers to the photo. What the usage page
        counts stays: it says nothing of the photo.
        """
        number = _number(search)
        forgotten = self._store.forgetting.forget([number, *map(_number, earlier)], visitor)
        if forgotten is None:
            raise SearchUnknown(search=str(number))
        self._tell()
        return forgotten

    def forget_all(self, visitor: str) -> int:
        """Delete all searches of a visitor, pinned ones too, as `forget` does; return how many."""
        forgotten = self._store.forgetting.forget_all(visitor)
        self._tell()
        return forgotten

    def purge(self) -> int:
        """Delete the searches that are older than KEEP_SEARCHES_DAYS; return how many.

        Those that are pinned, or whose photo was judged or is in an evaluation set, stay.
        """
        days = self._settings.keep_searches_days
        if days <= 0:
            return 0
        purged = self._store.forgetting.purge(self._now() - timedelta(days=days))
        if purged:
            self._tell()
        return purged

    def _tell(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except StoreError as error:
                # The searches are deleted all the same, and whoever has anything of them looks
                # again before it is shown.
                log.warning("what was forgotten is let go of later: %s", error)


def _number(search: UUID | str) -> UUID:
    """Return the id that somebody gave; raise SearchUnknown when it is none."""
    if isinstance(search, UUID):
        return search
    try:
        return UUID(search.strip())
    except ValueError:
        raise SearchUnknown(search=excerpt(search)) from None


def _known(search: UUID, *, is_there: bool) -> None:
    if not is_there:
        raise SearchUnknown(search=str(search))
