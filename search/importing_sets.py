"""Evaluation sets from outside: a folder or a CSV file of photos with the products they show.

A folder has one folder a product, named after its article, with the photos in it. A CSV file has
the columns `photo` (a path, relative to the file) and `article`; a photo that shows several
products stands in several rows, one that shows none of the catalogue's has an empty article.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from search.errors import LikenessError, PhotoError, PhotoRejected, SetEmpty, SetUnreadable
from search.language import Fact
from search.photo import Photo
from search.store.evaluation_sets import NewPhoto
from search.store.store import Store
from search.vectors import Embedding

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif"})

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
    """What came of an import: the set's number, its photos, and what was left out."""

    number: int
    photos: int
    skipped: tuple[Skipped, ...]


@dataclass(slots=True)
class _Listed:
    """A photo's file, the articles it shows, and where that is said."""

    path: Path
    where: str
    articles: list[str]


class SetImporter:
    """Brings evaluation sets in. `embed` is the engine's: it asks the encoder once a photo."""

    def __init__(
        self,
        store: Store,
        read: Callable[[bytes], Photo],
        embed: Callable[[Photo], Embedding],
    ) -> None:
        self._store = store
        self._read = read
        self._embed = embed

    def add(self, name: str, path: Path, on_progress: OnProgress) -> Imported:
        """Read a folder or a CSV file and store it as a set.

        Photos that cannot be used are left out and reported. Raises SetUnreadable, SetEmpty when no
        photo is left, SetExists when the name is taken, an EncoderError or a StoreError; photos
        that were encoded until then stay known.
        """
        listed = list(_listed(path))
        numbers = self._store.products.numbers(
            sorted({article for photo in listed for article in photo.articles})
        )
        skipped: list[Skipped] = []
        photos: dict[bytes, NewPhoto] = {}
        for done, entry in enumerate(listed, 1):
            unknown = [article for article in entry.articles if article not in numbers]
            if unknown:
                facts: dict[str, Fact] = {"article": unknown[0]}
                skipped.append(Skipped(entry.where, "sets.unknown_article", facts))
            else:
                self._take(entry, [numbers[a] for a in entry.articles], photos, skipped)
            on_progress(done, len(listed))
        if not photos:
            raise SetEmpty(path=str(path))
        number = self._store.evaluation_sets.add(name, list(photos.values()))
        return Imported(number, len(photos), tuple(skipped))

    def _take(
        self,
        entry: _Listed,
        products: list[int],
        photos: dict[bytes, NewPhoto],
        skipped: list[Skipped],
    ) -> None:
        try:
            photo = self._read(entry.path.read_bytes())
            self._embed(photo)
        except OSError as error:
            facts: dict[str, Fact] = {"detail": error.strerror or ""}
            skipped.append(Skipped(entry.where, "sets.no_file", facts))
            return
        except (PhotoError, PhotoRejected) as error:
            skipped.append(Skipped(entry.where, error, {}))
            return
        fingerprint = photo.fingerprint
        self._store.photo_pictures.add(fingerprint, "image/jpeg", photo.jpeg)
        # The same picture under two names is one photo that shows the products of both.
        before = photos.get(fingerprint)
        shown = (*before.product_ids, *products) if before else tuple(products)
        photos[fingerprint] = NewPhoto(fingerprint, entry.path.name, tuple(dict.fromkeys(shown)))


def _listed(path: Path) -> Iterator[_Listed]:
    if path.is_dir():
        return _from_folder(path)
    return iter(_from_csv(path))


def _from_folder(folder: Path) -> Iterator[_Listed]:
    for path in sorted(folder.glob("*/*")):
        if path.suffix.lower() in PICTURES:
            yield _Listed(path, str(path.relative_to(folder)), [path.parent.name])


def _from_csv(path: Path) -> list[_Listed]:
    listed: dict[Path, _Listed] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"photo", "article"} <= set(rows.fieldnames or ()):
                raise SetUnreadable(path=str(path), reason="@reasons.set_columns")
            for row in rows:
                photo = path.parent / (row["photo"] or "")
                where = f"{path.name}:{rows.line_num} {row['photo']}"
                entry = listed.setdefault(photo, _Listed(photo, where, []))
                entry.articles += [row["article"].strip()] if (row["article"] or "").strip() else []
    except OSError as error:
        raise SetUnreadable(path=str(path), reason=error.strerror or "") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SetUnreadable(path=str(path), reason="@reasons.set_not_csv") from error
    return list(listed.values())
