"""Evaluation sets from outside: a folder or a CSV file of photos with the products they show.

A folder has one folder a product, named after its article, with the photos in it. A CSV file has
the columns `photo` (a path, relative to the file) and `article`; a photo that shows several
products stands in several rows, one that shows none of the catalogue's has an empty article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile

from search.decoding import MEGABYTE
from search.errors import (
    LikenessError,
    PhotoError,
    PhotoRejected,
    SetEmpty,
    SetExists,
    SetNameInvalid,
    SetUnreadable,
    StoreError,
)
from search.language import Fact
from search.people import LONGEST_NAME, excerpt, tidy
from search.photo import Photo
from search.picture_files import MOST_BYTES, PICTURES, NotRegular, content_of, readable
from search.store.evaluation_sets import NewPhoto
from search.store.store import Store
from search.tables import NoTable, decoded, rows
from search.vectors import Embedding

COLUMNS = frozenset({"photo", "article"})
# So many bytes of photos wait in memory until their set is stored; more of them on the disk.
IN_MEMORY = 64 * MEGABYTE

OnProgress = Callable[[int, int], None]
"""Called with how many photos are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A photo that was left out, where it stands, and the key of the reason with its facts."""

    where: str
    reason: LikenessError | str
    facts: dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: the set's number, its name, its photos, and what was left out."""

    number: int
    name: str
    photos: int
    skipped: tuple[Skipped, ...]


@dataclass(slots=True)
class _Listed:
    """A photo's file, the articles it shows, and where that is said."""

    path: Path
    where: str
    articles: list[str]


@dataclass(slots=True)
class _Gathered:
    """What an import has come to: photos by fingerprint, what was left out, and the pictures.

    `pictures` has the JPEGs one after another, in the order of `lengths`, in bytes. The file has no
    name: not even a kill leaves anything of it.
    """

    pictures: SpooledTemporaryFile[bytes]
    photos: dict[bytes, NewPhoto] = field(default_factory=dict)
    lengths: dict[bytes, int] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, entry: _Listed, reason: LikenessError | str, **facts: Fact) -> None:
        self.skipped.append(Skipped(entry.where, reason, facts))

    def keep(self, fingerprint: bytes, jpeg: bytes) -> None:
        if fingerprint not in self.lengths:
            self.pictures.write(jpeg)
            self.lengths[fingerprint] = len(jpeg)

    def kept(self) -> Iterator[tuple[bytes, bytes]]:
        """Return each fingerprint with its JPEG."""
        self.pictures.seek(0)
        for fingerprint, length in self.lengths.items():
            yield fingerprint, self.pictures.read(length)


class SetImporter:
    """Brings evaluation sets in.

    Photos above `max_bytes` are refused without being fetched whole. `embed` is the engine's: it
    asks the encoder once a photo.
    """

    def __init__(
        self,
        store: Store,
        read: Callable[[bytes], Photo],
        embed: Callable[[Photo], Embedding],
        *,
        max_bytes: int = MOST_BYTES,
    ) -> None:
        self._store = store
        self._read = read
        self._embed = embed
        self._max_bytes = max_bytes

    def add(self, name: str, path: Path, on_progress: OnProgress) -> Imported:
        """Read a folder or a CSV file and store it as a set; its name has at most 80 characters.

        Photos that cannot be used are left out and reported. Raises SetNameInvalid, SetExists when
        the name is taken, SetUnreadable, SetEmpty when no photo is left, an EncoderError or a
        StoreError; photos that were encoded until then stay known.
        """
        name = self._free(name)
        listed = list(_listed(path))
        numbers = self._store.products.numbers(
            sorted({article for photo in listed for article in photo.articles})
        )
        with SpooledTemporaryFile(IN_MEMORY) as pictures:
            gathered = _Gathered(pictures)
            for done, entry in enumerate(listed, 1):
                unknown = [article for article in entry.articles if article not in numbers]
                if unknown:
                    gathered.skip(entry, "sets.unknown_article", article=excerpt(unknown[0]))
                else:
                    self._take(entry, [numbers[a] for a in entry.articles], gathered)
                on_progress(done, len(listed))
            if not gathered.photos:
                raise SetEmpty(path=readable(str(path)))
            number = self._add(name, gathered)
        return Imported(number, name, len(gathered.photos), tuple(gathered.skipped))

    def _free(self, name: str) -> str:
        """Return a set's name as it is kept, if no set has it: known before minutes of encoding."""
        name = tidy(name)
        if not name:
            raise SetNameInvalid(reason="@reasons.set_without_name")
        if len(name) > LONGEST_NAME:
            raise SetNameInvalid(reason="@reasons.name_too_long", limit=LONGEST_NAME)
        if any(known.name == name for known in self._store.evaluation_sets.all()):
            raise SetExists(name=name)
        return name

    def _take(self, entry: _Listed, products: list[int], gathered: _Gathered) -> None:
        try:
            photo = self._read(content_of(entry.path, self._max_bytes))
            self._embed(photo)
            gathered.keep(photo.fingerprint, photo.jpeg)
        except NotRegular:
            gathered.skip(entry, "sets.not_regular")
            return
        except OSError as error:
            gathered.skip(entry, "sets.no_file", detail=error.strerror or "")
            return
        except (PhotoError, PhotoRejected) as error:
            gathered.skip(entry, error)
            return
        fingerprint = photo.fingerprint
        # The same picture under two names is one photo that shows the products of both.
        before = gathered.photos.get(fingerprint)
        shown = (*before.product_ids, *products) if before else tuple(products)
        name = tidy(readable(entry.path.name))
        gathered.photos[fingerprint] = NewPhoto(fingerprint, name, tuple(dict.fromkeys(shown)))

    def _add(self, name: str, gathered: _Gathered) -> int:
        """Store the set, and then its pictures: they are kept of photos that something refers to.

        A set without all of them is none.
        """
        number = self._store.evaluation_sets.add(name, list(gathered.photos.values()))
        try:
            for fingerprint, jpeg in gathered.kept():
                self._store.photo_pictures.add(fingerprint, "image/jpeg", jpeg)
        except BaseException:
            with suppress(StoreError):
                self._store.evaluation_sets.remove(number)
            raise
        return number


def _listed(path: Path) -> Iterator[_Listed]:
    if path.is_dir():
        return _from_folder(path)
    return iter(_from_csv(path))


def _from_folder(folder: Path) -> Iterator[_Listed]:
    for path in sorted(folder.glob("*/*")):
        if path.suffix.lower() in PICTURES:
            where = tidy(readable(str(path.relative_to(folder))))
            yield _Listed(path, where, [readable(path.parent.name)])


def _from_csv(path: Path) -> list[_Listed]:
    listed: dict[Path, _Listed] = {}
    try:
        if path.exists() and not path.is_file():
            raise SetUnreadable(path=readable(str(path)), reason="@reasons.set_no_file")
        for row in rows(decoded(path.read_bytes()), COLUMNS):
            named, article = row.cells["photo"], row.cells["article"].strip()
            where = f"{readable(path.name)}:{row.line} {excerpt(named)}"
            photo = path.parent / named
            entry = listed.setdefault(photo, _Listed(photo, where, []))
            entry.articles += [article] if article else []
    except OSError as error:
        raise SetUnreadable(path=readable(str(path)), reason=error.strerror or "") from error
    except NoTable as error:
        reason = f"@reasons.set_{error.reason}"
        raise SetUnreadable(path=readable(str(path)), reason=reason) from error
    return list(listed.values())
