"""Why a file of a set of photos is left out."""

from __future__ import annotations

from search.errors.root import LikenessError


class BatchError(LikenessError):
    """This file is left out; the others of the set are searched with."""


class ArchiveUnreadable(BatchError):
    """It is no archive that can be opened. Facts: `reason`."""

    code = "archive_unreadable"


class ArchiveEncrypted(BatchError):
    """What is in it is protected by a password."""

    code = "archive_encrypted"


class ArchiveNested(BatchError):
    """It is an archive in an archive."""

    code = "archive_nested"


class ArchiveTooLarge(BatchError):
    """More would come out of it than any set of photos has. Facts: `reason`, `limit`, `most`."""

    code = "archive_too_large"


class PhotosTooMany(BatchError):
    """As many photos as are searched with at once came before it. Facts: `limit`."""

    code = "photos_too_many"
