"""A folder of pictures: every file is a product, or every folder is one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from search.errors import ImportUnreadable
from search.importing.rows import Found, PictureAt, Problem, ProductRow
from search.importing.unreadable import told, why
from search.importing.values import LONGEST_ARTICLE, fits, named
from search.people import tidy
from search.picture_files import PICTURES, readable


class FolderSource:
    """A folder, all that is below it included; what begins with a point is passed over.

    Article, name and category come from the names: of a file, and the folder in which it lies; or
    with `folders` of a folder, and the one in which that lies.
    """

    def __init__(self, folder: Path, *, folders: bool = False) -> None:
        self._folder = folder
        self._folders = folders
        self._unreadable: list[OSError] = []

    @property
    def path(self) -> str:
        """The folder's path."""
        return readable(str(self._folder))

    @property
    def ignored(self) -> Sequence[str]:
        """No columns at all."""
        return ()

    @property
    def has_ids(self) -> bool:
        """A path or a name is both, key and article."""
        return False

    def names(self) -> Iterator[tuple[str, str]]:
        """Nobody asks."""
        return iter(())

    def read(self) -> Iterator[Found]:
        """Yield products in the order of their paths. Raises ImportUnreadable."""
        with told(self._folder):
            is_folder = self._folder.is_dir()
        if not is_folder:
            raise ImportUnreadable(path=self.path, reason="@reasons.import_no_folder")
        for place, folders, names in os.walk(self._folder, onerror=self._unreadable.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            files = [
                Path(place, name)
                for name in sorted(names)
                if not name.startswith(".") and Path(name).suffix.lower() in PICTURES
            ]
            if files:
                yield from self._of_folder(Path(place), files)
        for unreadable in self._unreadable:
            where = tidy(readable(str(unreadable.filename)))
            facts = {"reason": why(unreadable)}
            yield Problem(where, "importing.folder_unreadable", facts, hides=True)

    def _of_folder(self, folder: Path, files: Sequence[Path]) -> Iterator[Found]:
        if not self._folders:
            for file in files:
                yield self._product(file.with_suffix(""), [file], whole=True)
        elif folder == self._folder:
            for file in files:
                yield Problem(self._where(file), "importing.loose_picture", loses="picture")
        else:
            yield self._product(folder, files, whole=False)

    def _product(self, path: Path, files: Sequence[Path], *, whole: bool) -> Found:
        """Make a product of files; its article is the `whole` path below our folder, or a name."""
        where = self._where(files[0] if whole else path)
        name = tidy(readable(path.name))
        article = tidy(self._address(path)) if whole else name
        if len(article) > LONGEST_ARTICLE or not all(fits(self._address(f)) for f in files):
            facts = {"limit": LONGEST_ARTICLE}
            return Problem(where, "importing.long_article", facts, loses="product", hides=True)
        parent = path.parent
        return ProductRow(
            where=where,
            key=article,
            article=article,
            name=named(name, {}),
            category=named(readable(parent.name), {}) if parent != self._folder else {},
            pictures=tuple(PictureAt(self._address(f), f, self._where(f)) for f in files),
            is_its_picture=True,
        )

    def _address(self, path: Path) -> str:
        """Return a path below our folder, as it is kept."""
        return readable(path.relative_to(self._folder).as_posix())

    def _where(self, path: Path) -> str:
        return tidy(self._address(path))
