"""What reading a file raises, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.errors import ImportUnreadable
from search.picture_files import readable


@contextmanager
def told(file: Path, *broken: type[Exception], reason: str = "") -> Iterator[None]:
    """Raise ImportUnreadable in place of what the system says, and where a text is not UTF-8.

    `broken` is raised by whatever is no file of the kind that is wanted, and told by the sentence
    `reason`.
    """
    try:
        yield
    except broken as error:
        raise ImportUnreadable(path=readable(str(file)), reason=reason) from error
    except OSError as error:
        said = error.strerror or reason
        raise ImportUnreadable(path=readable(str(file)), reason=said) from error
    except UnicodeDecodeError as error:
        encoding = "@reasons.import_encoding"
        raise ImportUnreadable(path=readable(str(file)), reason=encoding) from error
