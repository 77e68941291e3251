"""Why a catalogue cannot be imported at all; what is wrong with one row is no error."""

from __future__ import annotations

from search.errors.root import LikenessError


class ImportFailed(LikenessError):
    """There is no catalogue where one was looked for, or nothing may be done with it."""


class ImportUnreadable(ImportFailed):
    """The folder or file cannot be read as a catalogue. Facts: `path`, `reason`."""

    code = "import_unreadable"


class ImportColumns(ImportFailed):
    """A table lacks columns. Facts: `path`, `columns`, `found`."""

    code = "import_columns"


class ImportDatabaseAway(ImportFailed):
    """The database to import from cannot be reached or read. Facts: `reason`, never an address."""

    code = "import_database_away"


class ImportQueryRefused(ImportFailed):
    """The database will not run the query. Facts: `reason`."""

    code = "import_query_refused"


class ImportEmpty(ImportFailed):
    """There is no product in it that can be used. Facts: `path`."""

    code = "import_empty"


class ImportNameInvalid(ImportFailed):
    """What is imported cannot have this name. Facts: `reason`."""

    code = "import_name_invalid"
