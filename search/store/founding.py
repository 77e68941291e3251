"""A shop's own tables of the founding kind: which of them are there, and whether they changed.

They are only ever read. `products`, `product_images`, `price_offers` and `projects` are in the
shop's database, `image_embeddings` in the one that Likeness has its schema in; both may be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from search.errors import TablesAway, VectorsUnreadable
from search.store.database import Connection
from search.store.foreign import LOCK_SECONDS

PRODUCTS, PICTURES = "products", "product_images"
OFFERS, PROJECTS = "price_offers", "projects"
VECTORS = "image_embeddings"

# What is asked of each, and what one that lacks it is no table of this kind without.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    PRODUCTS: ("id", "project_id", "name", "description", "article_number"),
    PICTURES: (
        "id",
        "product_id",
        "image_url",
        "image_filename",
        "is_main_image",
        "column_number",
        "display_order",
    ),
    OFFERS: (
        "product_id",
        "quantity",
        "price_rub",
        "price_usd",
        "route",
        "delivery_time_days",
    ),
    PROJECTS: ("id", "project_name", "region", "google_sheets_url"),
    VECTORS: ("image_id", "product_id", "image_embedding", "model_version"),
}
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    PRODUCTS: ("id",),
    PICTURES: ("id", "product_id"),
    OFFERS: ("product_id",),
    PROJECTS: ("id",),
    VECTORS: COLUMNS[VECTORS],
}
CATALOGUE: Final = (PRODUCTS, PICTURES, OFFERS, PROJECTS)

# Tables, views and their like under these names, whatever their capitals. Those of the schema that
# comes first on the search path are meant, as in any query.
_FIND = """
    SELECT lower(class.relname), namespace.nspname, class.relname,
           class.relkind IN ('r', 'p', 'm'),
           has_table_privilege(class.oid, 'SELECT')
               AND has_schema_privilege(namespace.oid, 'USAGE'),
           class.oid::bigint, array_agg(attribute.attname::text)
    FROM pg_class AS class
    JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
    JOIN pg_attribute AS attribute
      ON attribute.attrelid = class.oid AND attnum > 0 AND NOT attisdropped
    WHERE lower(class.relname) = ANY(%s) AND class.relkind IN ('r', 'p', 'm', 'v', 'f')
      AND namespace.nspname NOT IN ('likeness', 'pg_catalog', 'information_schema')
      AND namespace.nspname = ANY(%s::text[])
    GROUP BY class.oid, namespace.oid
    ORDER BY array_position(%s::text[], namespace.nspname::text) DESC,
             class.relname = lower(class.relname)
"""
# The path as it is written: current_schemas() leaves out what one may not use, which is what is to
# be told.
_PATH = """
    SELECT array_agg(trim(BOTH '"' FROM replace(trim(part), '$user', current_user)))
    FROM unnest(string_to_array(current_setting('search_path'), ',')) AS part
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view: its kind's name and where it is.

    `has_versions` tells that each row says which transaction wrote it. `columns` are the names by
    the same in small letters.
    """

    kind: str
    schema: str
    name: str
    has_versions: bool
    is_readable: bool
    number: int
    columns: Mapping[str, str]

    @property
    def identifier(self) -> sql.Identifier:
        """Its name for a statement."""
        return sql.Identifier(self.schema, self.name)

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that this kind of table has and this one lacks."""
        return tuple(name for name in COLUMNS[self.kind] if name not in self.columns)

    @property
    def is_usable(self) -> bool:
        """Whether it has what nothing can be made of it without."""
        return all(name in self.columns for name in NEEDED[self.kind])

    def column(self, name: str, alias: str = "t") -> sql.Composable:
        """Return a column for a statement; NULL where there is none of this name."""
        if name not in self.columns:
            return sql.SQL("NULL")
        return sql.Identifier(alias, self.columns[name])


def find_tables(connection: Connection, kinds: Iterable[str]) -> dict[str, Table]:
    """Return which tables of these kinds there are, also those that may not be read."""
    path = connection.execute(_PATH).fetchone()
    schemas = path[0] if path else []
    rows = connection.execute(_FIND, (list(kinds), schemas, schemas)).fetchall()
    return {
        kind: Table(
            kind,
            schema,
            name,
            has_versions,
            is_readable,
            number,
            {column.lower(): column for column in sorted(columns, reverse=True)},
        )
        for kind, schema, name, has_versions, is_readable, number, columns in rows
    }


@contextmanager
def reading_vectors(connection: Connection, table: Table) -> Iterator[None]:
    """Read a shop's vectors on a connection of ours, in a transaction or one within it.

    Raises TablesAway where somebody locks the table for LOCK_SECONDS, and VectorsUnreadable where
    something else stands in it.
    """
    try:
        with connection.transaction():
            limit = f"{LOCK_SECONDS}s"
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (limit,))
            yield
            connection.execute("SET LOCAL lock_timeout TO DEFAULT")
    except psycopg.errors.LockNotAvailable as error:
        raise TablesAway(reason="@reasons.tables_locked") from error
    except (
        psycopg.DataError,
        psycopg.errors.CannotCoerce,
        psycopg.errors.UndefinedFunction,
    ) as error:
        name = f"{table.schema}.{table.name}"
        raise VectorsUnreadable(table=name, reason=error.diag.message_primary or "") from error


def grant_of(connection: Connection, tables: Sequence[Table]) -> str:
    """Return the statement that lets the connection's user read tables; "" for no table."""
    if not tables:
        return ""
    row = connection.execute("SELECT quote_ident(current_user)").fetchone()
    user = row[0] if row else ""
    names = ", ".join(table.identifier.as_string(connection) for table in tables)
    schemas = ", ".join(
        sql.Identifier(schema).as_string(connection)
        for schema in dict.fromkeys(table.schema for table in tables)
    )
    return f"GRANT USAGE ON SCHEMA {schemas} TO {user}; GRANT SELECT ON {names} TO {user};"


def fingerprint(connection: Connection, tables: Iterable[Table]) -> dict[str, list[Any]]:
    """Return for each kind of table what is another one as soon as a row is.

    Whoever writes a row gets a number that is higher than all before, so that their sum tells, and
    is read off without looking at what is in the rows. Views have none: what is asked of them is
    hashed.
    """
    return {
        table.kind: [table.number, *(connection.execute(_state(table)).fetchone() or ())]
        for table in tables
    }


def _state(table: Table) -> sql.Composed:
    moment = table.column("updated_at")
    sum_of = (
        sql.SQL("t.xmin::text::bigint")
        if table.has_versions
        else sql.SQL("hashtextextended(concat_ws('|', {}), 0)").format(
            sql.SQL(", ").join(
                sql.SQL("coalesce({}::text, '')").format(_hashed(table, name))
                for name in sorted({*COLUMNS[table.kind], *_LINKS, "updated_at"})
                if name in table.columns
            )
        )
    )
    return sql.SQL("SELECT count(*), max({})::text, sum({})::text FROM {} AS t").format(
        moment, sum_of, table.identifier
    )


def _hashed(table: Table, name: str) -> sql.Composable:
    column = table.column(name)
    # Writing out a vector's numbers takes ten times as long as its bytes.
    return sql.SQL("md5(vector_send({}::vector))").format(column) if name == _VECTOR else column


_VECTOR: Final = "image_embedding"
_LINKS: Final = ("link", "url", "product_url", "category")
