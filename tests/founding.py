"""The founding schema, in its real size and mess: what a shop had before Likeness came.

Everything follows from a product's number `n`, so that the two databases agree, and a test can
count in SQL what is to be expected. Nothing here knows how Likeness reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, LiteralString

import numpy as np
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PRODUCTS: Final = 13_710
WITHOUT_VECTOR: Final = 803
# Coprime with PRODUCTS: it spreads those without a vector over the whole catalogue.
_STRIDE: Final = 7_919
CATALOGUE_TABLES: Final = ("projects", "products", "product_images", "price_offers")
_PASSWORD: Final = "reads-only"

_SCHEMA: LiteralString = """
    CREATE TABLE projects (
        id serial PRIMARY KEY, project_name varchar(200), client_name varchar(200),
        manager_name varchar(200), region varchar(100), offer_created_at date,
        google_sheets_url text, created_at timestamp DEFAULT '2025-03-01',
        updated_at timestamp DEFAULT '2025-03-01');
    CREATE TABLE products (
        id serial PRIMARY KEY, project_id int, name text, description text,
        article_number varchar(100), custom_field text, created_at timestamp DEFAULT '2025-03-01',
        updated_at timestamp DEFAULT '2025-03-01');
    CREATE TABLE product_images (
        id serial PRIMARY KEY, product_id int, image_url text, image_filename text,
        is_main_image boolean, column_number int, display_order int,
        created_at timestamp DEFAULT '2025-03-01', updated_at timestamp DEFAULT '2025-03-01');
    CREATE TABLE price_offers (
        id serial PRIMARY KEY, product_id int, quantity int, price_usd numeric, price_rub numeric,
        route varchar(50), delivery_time_days int, created_at timestamp DEFAULT '2025-03-01',
        updated_at timestamp DEFAULT '2025-03-01');
"""
_CATALOGUE: LiteralString = """
    INSERT INTO projects (project_name, client_name, manager_name, region, google_sheets_url)
    SELECT 'Проект ' || p, 'Client ' || p, 'Manager ' || p % 5,
           CASE WHEN p % 6 <> 0 THEN 'Регион ' || p % 4 END,
           CASE WHEN p % 10 = 0 THEN 'see the mail' WHEN p % 7 <> 0
                THEN 'https://docs.google.com/spreadsheets/d/' || p END
    FROM generate_series(1, 40) AS p;

    INSERT INTO products (id, project_id, name, description, article_number)
    SELECT 1000 + n,
           CASE WHEN n % 17 = 0 THEN NULL WHEN n % 101 = 0 THEN 4040 ELSE 1 + n % 40 END,
           CASE WHEN n % 53 = 0 THEN '' WHEN n % 59 = 0 THEN NULL
                WHEN n % 2 = 0 THEN 'Рюкзак ' || n ELSE 'Backpack ' || n END,
           CASE WHEN n % 3 <> 0 THEN 'Description of ' || n END,
           CASE WHEN n % 37 = 0 THEN NULL WHEN n % 41 = 0 THEN '  '
                WHEN n % 29 = 0 THEN 'ART-' || n - 1 ELSE 'ART-' || n END
    FROM numbers;

    -- Most pictures have an address, some a file's name only, some neither. In some products the
    -- first column is not the first row, and nothing says which picture is the main one.
    INSERT INTO product_images
        (id, product_id, image_url, image_filename, is_main_image, column_number, display_order)
    SELECT (1000 + n) * 10 + k, 1000 + n,
           CASE WHEN n % 6 = 0 OR n % 211 = 0 THEN NULL WHEN n % 307 = 0 THEN 'no-address.jpg'
                WHEN n % 8 = 0 AND k = 3 THEN 'https://cdn.example/p/' || n || '/1.jpg'
                WHEN n % 113 = 0 THEN 'https://cdn.example/p/' || n || ' ' || k || '.jpg'
                ELSE 'https://cdn.example/p/' || n || '/' || k || '.jpg' END,
           CASE WHEN n % 211 = 0 THEN NULL
                WHEN n % 12 = 0 THEN 'Фото №' || n || ' #' || k || ' 100%?.jpg'
                ELSE n || '_' || k || '.jpg' END,
           CASE n % 5 WHEN 0 THEN k = 1 WHEN 1 THEN NULL ELSE false END,
           CASE WHEN n % 7 = 0 THEN 4 - k ELSE k END, k
    FROM numbers, generate_series(1, 3) AS k
    WHERE (k = 1 OR (k = 2 AND n % 4 = 0) OR (k = 3 AND n % 8 = 0))
      AND NOT (is_without AND n % 2 = 0);
    INSERT INTO product_images (product_id, image_url, column_number)
    SELECT 900000 + g, 'https://cdn.example/gone/' || g || '.jpg', 1
    FROM generate_series(1, 20) AS g;

    INSERT INTO price_offers
        (product_id, quantity, price_rub, price_usd, route, delivery_time_days)
    SELECT 1000 + n, j * 100,
           CASE WHEN n % 19 = 0 THEN -5 WHEN n % 23 = 0 THEN 0 WHEN n % 401 = 0 THEN 'NaN'
                WHEN n % 409 = 0 THEN 1e12 WHEN n % 31 = 0 OR n % 43 = 0 THEN NULL
                ELSE 1000 + n - 10.5 * j END,
           CASE WHEN n % 43 = 0 THEN NULL ELSE 12 + n % 90 - j END,
           CASE j WHEN 1 THEN 'air' WHEN 2 THEN 'train' END, CASE WHEN j < 3 THEN 30 + j END
    FROM numbers, generate_series(1, n % 4) AS j;
"""
_VECTORS: LiteralString = """
    CREATE TABLE image_embeddings (
        id serial PRIMARY KEY, image_id int, product_id int, image_embedding vector(512),
        image_url text, model_version varchar(100), created_at timestamp, updated_at timestamp);
"""
# The one that counts, an older one of the same picture which may have been written later, another
# model's, and in place of one: NULL, zeros, one of no known model; then those whose picture or
# product is gone.
_MESS: LiteralString = """
    INSERT INTO image_embeddings
        (image_id, product_id, image_embedding, model_version, updated_at)
    SELECT (1000 + n) * 10 + 1, 1000 + n, vector,
           CASE WHEN n % 50 = 7 THEN 'clip-ViT-B-16'
                ELSE (ARRAY['clip-ViT-B-32', 'sentence-transformers/clip-ViT-B-32',
                            'openai/clip-vit-base-patch32'])[1 + n % 3] END,
           timestamp '2025-04-01' + n * interval '1 minute'
    FROM numbers JOIN vectors USING (n) WHERE NOT is_without
    UNION ALL
    SELECT (1000 + numbers.n) * 10 + 1, 1000 + numbers.n, vector, 'clip-ViT-B-32',
           timestamp '2024-04-01' + numbers.n * interval '1 minute'
    FROM numbers JOIN vectors ON vectors.n = 1 + (numbers.n * 31) % (SELECT count(*) FROM numbers)
    WHERE NOT is_without AND numbers.n % 20 = 0
    UNION ALL
    SELECT (1000 + n) * 10 + 1, 1000 + n, vector, 'clip-ViT-B-16', timestamp '2025-05-01'
    FROM numbers JOIN vectors USING (n) WHERE NOT is_without AND n % 33 = 0
    UNION ALL
    SELECT (1000 + n) * 10 + 1, 1000 + n,
           CASE WHEN n % 7 < 4 THEN NULL
                WHEN n % 7 < 6 THEN array_fill(0, ARRAY[512])::vector ELSE vector END,
           CASE WHEN n % 7 < 6 THEN 'clip-ViT-B-32' END, NULL
    FROM numbers JOIN vectors USING (n) WHERE is_without AND n % 2 = 1
    UNION ALL
    SELECT 8000000 + n, 1000 + n, vector, 'clip-ViT-B-32', timestamp '2025-05-01'
    FROM numbers JOIN vectors USING (n) WHERE n % 120 = 0
    UNION ALL
    SELECT 9000000 + n, 900000 + n, vector, 'clip-ViT-B-32', timestamp '2025-05-01'
    FROM numbers JOIN vectors USING (n) WHERE n % 150 = 0;
"""
_OLD_INDEX: LiteralString = """
    CREATE INDEX image_embeddings_vector ON image_embeddings
    USING ivfflat (image_embedding vector_cosine_ops) WITH (lists = 100)
"""


@dataclass(frozen=True, slots=True)
class FoundingDatabases:
    """Where a shop's tables are: addresses of the owner, and of who may only read if asked for."""

    catalogue: str
    vectors: str
    reads_catalogue: str
    reads_vectors: str


def build_founding(
    catalogue: str,
    vectors: str | None = None,
    *,
    products: int = PRODUCTS,
    indexed: bool = True,
    schema: str = "public",
) -> FoundingDatabases:
    """Build the tables in one empty database or in two, with so many products.

    `indexed` makes the old ivfflat index. Tables in another `schema` are on the database's search
    path. The roles that only read may also create schemas where the vectors are, as Likeness needs.
    """
    vectors = vectors or catalogue
    for address in dict.fromkeys((catalogue, vectors)):
        with psycopg.connect(address) as connection:
            _prepare(connection, schema, products)
            if address == catalogue:
                connection.execute(_SCHEMA)
                connection.execute(_CATALOGUE)
            if address == vectors:
                _make_vectors(connection, products, indexed=indexed)
            connection.execute("DROP TABLE numbers")
            _let_read(connection, schema, creates=address == vectors)
    return FoundingDatabases(catalogue, vectors, _reader(catalogue), _reader(vectors))


def checksum(address: str, schema: str = "public") -> str:
    """Return a hash of a schema: its tables and indexes, and of each row who wrote or locked it.

    Whatever is written to a table makes another row version.
    """
    with psycopg.connect(address) as connection:
        told = connection.execute(
            "SELECT relname, relkind, relacl::text FROM pg_class"
            " WHERE relnamespace = to_regnamespace(quote_ident(%s)) ORDER BY relname",
            (schema,),
        ).fetchall()
        for name, kind, _ in list(told):
            if kind == "r":
                told += connection.execute(
                    sql.SQL(
                        "SELECT count(*), md5(string_agg(concat(ctid, xmin, xmax), '' ORDER BY"
                        " ctid)) FROM {}"
                    ).format(sql.Identifier(schema, name))
                ).fetchall()
        return str(told)


def _prepare(connection: psycopg.Connection, schema: str, products: int) -> None:
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    if schema != "public":
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        name = conninfo_to_dict(connection.info.dsn)["dbname"]
        for scope in (sql.SQL("ALTER DATABASE {}").format(sql.Identifier(str(name))), sql.SQL("")):
            connection.execute(
                sql.SQL("{} SET search_path = {}, public").format(scope, sql.Identifier(schema))
            )
    connection.execute(
        sql.SQL(
            "CREATE TABLE numbers AS SELECT n, (n * {stride}::bigint) % {products} < {without}"
            " AS is_without FROM generate_series(1, {products}) AS n"
        ).format(
            stride=sql.Literal(_STRIDE),
            products=sql.Literal(products),
            without=sql.Literal(round(products * WITHOUT_VECTOR / PRODUCTS)),
        )
    )


def _make_vectors(connection: psycopg.Connection, products: int, *, indexed: bool) -> None:
    connection.execute(_VECTORS)
    connection.execute("CREATE TEMP TABLE vectors (n int, vector vector(512)) ON COMMIT DROP")
    connection.execute("ALTER TABLE vectors ALTER vector SET STORAGE PLAIN")
    with connection.cursor().copy("COPY vectors FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(_binary(founding_vectors(products)))
    connection.execute(_MESS)
    if indexed:
        connection.execute(_OLD_INDEX)


def founding_vectors(products: int = PRODUCTS) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return the products' own vectors, float32[products, 512], with lengths from .5 to 40."""
    chance = np.random.default_rng(5)
    numbers = chance.standard_normal((products, 512), dtype=np.float32) + np.float32(0.7)
    lengths = chance.uniform(0.5, 40, (products, 1)).astype(np.float32)
    numbers *= lengths / np.linalg.norm(numbers, axis=1, keepdims=True)
    return numbers


def _binary(vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> bytes:
    """Write rows of a number from 1 and a vector as COPY's binary format has them."""
    count, dimensions = vectors.shape
    row = np.dtype(
        [
            ("columns", ">i2"),
            ("number_bytes", ">i4"),
            ("number", ">i4"),
            ("vector_bytes", ">i4"),
            ("dimensions", ">i2"),
            ("unused", ">i2"),
            ("vector", ">f4", (dimensions,)),
        ]
    )
    rows = np.zeros(count, row)
    rows["columns"], rows["number_bytes"], rows["vector_bytes"] = 2, 4, 4 + 4 * dimensions
    rows["number"], rows["dimensions"] = np.arange(1, count + 1), dimensions
    rows["vector"] = vectors
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"


def _let_read(connection: psycopg.Connection, schema: str, *, creates: bool) -> None:
    name = str(connection.info.dbname)
    role = sql.Identifier(f"reads_{name}")
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(_PASSWORD))
    )
    connection.execute(
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema), role)
    )
    connection.execute(
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(
            sql.Identifier(schema), role
        )
    )
    if creates:
        connection.execute(
            sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(name), role)
        )


def _reader(address: str) -> str:
    return make_conninfo(
        address, user=f"reads_{conninfo_to_dict(address)['dbname']}", password=_PASSWORD
    )
