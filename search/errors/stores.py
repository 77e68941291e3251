"""Why the database cannot be used, or the catalogue has no answer."""

from __future__ import annotations

from search.errors.root import LikenessError


class StoreError(LikenessError):
    """The database cannot be used."""


class EmbeddedUnsupported(StoreError):
    """Likeness cannot run a PostgreSQL of its own here. Facts: `system`."""

    code = "embedded_unsupported"


class EmbeddedFailed(StoreError):
    """Likeness' own PostgreSQL does not start. Facts: `folder`, `reason`."""

    code = "embedded_failed"


class DatabaseUnavailable(StoreError):
    """The database does not answer. Facts: `reason`."""

    code = "database_unavailable"
    retry = True


class DatabaseForbidden(StoreError):
    """The database refuses the user or lacks a right. Facts: `reason`."""

    code = "database_forbidden"


class DatabaseReadOnly(StoreError):
    """The database takes nothing new at the moment: a standby, or a server that was told so."""

    code = "database_read_only"
    retry = True


class DataRefused(StoreError):
    """What was entered cannot be kept by any database. Facts: `reason`."""

    code = "data_refused"


class ExtensionMissing(StoreError):
    """The database server has no pgvector, or the user may not create it. Facts: `reason`."""

    code = "extension_missing"


class SchemaTooNew(StoreError):
    """The schema was made by a later version. Facts: `found`, `known`."""

    code = "schema_too_new"


class BackupFailed(StoreError):
    """No backup could be written. Facts: `reason`."""

    code = "backup_failed"


class RestoreRefused(StoreError):
    """The database to restore into has the tables of Likeness already."""

    code = "restore_refused"


class RestoreFailed(StoreError):
    """A backup could not be put back; nothing of it is in the database. Facts: `reason`."""

    code = "restore_failed"


class CatalogueError(LikenessError):
    """The catalogue has no answer."""


class CatalogueEmpty(CatalogueError):
    """There are no products."""

    code = "catalogue_empty"


class SpaceNotIndexed(CatalogueError):
    """No product picture has a vector in the encoder's space. Facts: `space`, `pictures`."""

    code = "space_not_indexed"


class NothingLeft(CatalogueError):
    """No product with a vector is left by what a search was narrowed to."""

    code = "nothing_left"


class ProductNotIndexed(CatalogueError):
    """No vector of a product's picture is there to search by. Facts: `product`, its article."""

    code = "product_not_indexed"


class CategoryUnknown(CatalogueError):
    """The catalogue has no such category. Facts: `name`."""

    code = "category_unknown"


class CatalogueChanged(CatalogueError):
    """The catalogue's vectors were changed while photos were being compared with them."""

    code = "catalogue_changed"
    retry = True
