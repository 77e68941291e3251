"""What reading a file raises, in our own words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from search.errors import ImportUnreadable
from search.picture_files import readable

# What is met often, in the reader's language; the rest is in the system's.
_SAID: Final = {
    errno.ENOENT: "@reasons.file_missing",
    errno.EACCES: "@reasons.file_closed",
    errno.EPERM: "@reasons.file_closed",
    errno.EISDIR: "@reasons.import_no_file",
    errno.ELOOP: "@reasons.file_loop",
}


def why(error: OSError) -> str:
    """Return why a file cannot be read, as a fact of a sentence."""
    return _SAID.get(error.errno or 0, error.strerror or "")


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
        raise ImportUnreadable(path=readable(str(file)), reason=why(error) or reason) from error
    except UnicodeDecodeError as error:
        encoding = "@reasons.import_encoding"
        raise ImportUnreadable(path=readable(str(file)), reason=encoding) from error
