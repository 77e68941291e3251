"""Products as a shop's own tables tell of them, read by one query with a cursor on the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from psycopg import sql

from search.store.database import Connection
from search.store.founding import OFFERS, PICTURES, PRODUCTS, PROJECTS, Table

FETCHED_AT_ONCE: Final = 500

# The main picture comes first: the one that is called so, then by column, order and number.
_PICTURES: LiteralString = """
    LEFT JOIN (
        SELECT {product_id} AS product_id,
               array_agg({id}::text ORDER BY {order}) AS ids,
               array_agg({url}::text ORDER BY {order}) AS urls,
               array_agg({file}::text ORDER BY {order}) AS files
        FROM {table} AS t GROUP BY 1
    ) AS pictures ON pictures.product_id = product.{key}
"""
_ORDER: LiteralString = (
    "coalesce({main}::boolean, false) DESC, {column} NULLS LAST, {place} NULLS LAST, {id}"
)
_OFFERS: LiteralString = """
    LEFT JOIN (
        SELECT {product_id} AS product_id,
               json_agg(json_build_array({quantity}::text, {rub}::text, {usd}::text,
                                         {route}::text, {days}::text)
                        ORDER BY {quantity} NULLS LAST, {rub}, {usd}) AS found
        FROM {table} AS t GROUP BY 1
    ) AS offers ON offers.product_id = product.{key}
"""
_PROJECTS: LiteralString = "LEFT JOIN {table} AS project ON project.{id} = product.{project_id}"


@dataclass(frozen=True, slots=True)
class FoundingPicture:
    """A row of product_images; its address and its file's name may be missing."""

    id: str
    url: str | None
    file: str | None


@dataclass(frozen=True, slots=True)
class FoundingOffer:
    """A row of price_offers, its columns as texts: nothing is known yet of what they hold."""

    quantity: str | None
    rub: str | None
    usd: str | None
    route: str | None
    days: str | None


@dataclass(frozen=True, slots=True)
class FoundingProduct:
    """A row of products with what belongs to it; the pictures in their order, the first is main."""

    id: str
    article: str | None
    name: str | None
    description: str | None
    category: str | None
    links: tuple[str | None, ...]
    project: str | None
    region: str | None
    pictures: tuple[FoundingPicture, ...]
    offers: tuple[FoundingOffer, ...]


def founding_products(
    connection: Connection, tables: Mapping[str, Table]
) -> Iterator[FoundingProduct]:
    """Yield the products in the order of their numbers. Only tables that can be used are named."""
    with connection.cursor("likeness_adoption") as cursor:
        cursor.itersize = FETCHED_AT_ONCE
        cursor.execute(_query(tables))
        for row in cursor:
            yield _product(row)


def founding_names(connection: Connection, products: Table) -> Iterator[tuple[str, str | None]]:
    """Yield the numbers and articles of the products, also while these are read."""
    yield from connection.execute(
        sql.SQL(
            "SELECT {id}::text, {article}::text FROM {table} AS t WHERE {id} IS NOT NULL"
        ).format(
            id=products.column("id"),
            article=products.column("article_number"),
            table=products.identifier,
        )
    )


def lonely_pictures(connection: Connection, tables: Mapping[str, Table]) -> int:
    """Return how many rows of product_images belong to no product."""
    products, pictures = tables[PRODUCTS], tables[PICTURES]
    row = connection.execute(
        sql.SQL(
            "SELECT count(*) FROM {pictures} AS t WHERE NOT EXISTS"
            " (SELECT FROM {products} AS product WHERE {id} = {product_id})"
        ).format(
            pictures=pictures.identifier,
            products=products.identifier,
            id=products.column("id", "product"),
            product_id=pictures.column("product_id"),
        )
    ).fetchone()
    return int(row[0]) if row else 0


def _query(tables: Mapping[str, Table]) -> sql.Composed:
    products, offers, projects = tables[PRODUCTS], tables.get(OFFERS), tables.get(PROJECTS)
    joins = [_pictures(products, tables[PICTURES])]
    if offers:
        joins.append(_offers(products, offers))
    if projects and "project_id" in products.columns:
        joins.append(
            sql.SQL(_PROJECTS).format(
                table=projects.identifier,
                id=sql.Identifier(projects.columns["id"]),
                project_id=sql.Identifier(products.columns["project_id"]),
            )
        )
    else:
        projects = None

    def said(name: str) -> sql.Composable:
        return products.column(name, "product")

    def of_project(name: str) -> sql.Composable:
        return projects.column(name, "project") if projects else sql.SQL("NULL")

    columns = [
        *map(said, ("id", "article_number", "name", "description", "category")),
        *map(said, ("link", "url", "product_url")),
        *map(of_project, ("google_sheets_url", "project_name", "region")),
    ]
    return sql.SQL(
        "SELECT {columns}, pictures.ids, pictures.urls, pictures.files, {offers}"
        " FROM {table} AS product {joins} WHERE {id} IS NOT NULL ORDER BY {id}"
    ).format(
        columns=sql.SQL(", ").join(sql.SQL("{}::text").format(column) for column in columns),
        offers=sql.SQL("offers.found") if offers else sql.SQL("NULL"),
        table=products.identifier,
        joins=sql.SQL(" ").join(joins),
        id=said("id"),
    )


def _pictures(products: Table, pictures: Table) -> sql.Composed:
    order = sql.SQL(_ORDER).format(
        main=pictures.column("is_main_image"),
        column=_or_nothing(pictures, "column_number"),
        place=_or_nothing(pictures, "display_order"),
        id=pictures.column("id"),
    )
    return sql.SQL(_PICTURES).format(
        product_id=pictures.column("product_id"),
        id=pictures.column("id"),
        url=pictures.column("image_url"),
        file=pictures.column("image_filename"),
        order=order,
        table=pictures.identifier,
        key=sql.Identifier(products.columns["id"]),
    )


def _offers(products: Table, offers: Table) -> sql.Composed:
    return sql.SQL(_OFFERS).format(
        product_id=offers.column("product_id"),
        quantity=_or_nothing(offers, "quantity"),
        rub=_or_nothing(offers, "price_rub"),
        usd=_or_nothing(offers, "price_usd"),
        route=offers.column("route"),
        days=offers.column("delivery_time_days"),
        table=offers.identifier,
        key=sql.Identifier(products.columns["id"]),
    )


def _or_nothing(table: Table, name: str) -> sql.Composable:
    """Return a column that something is ordered by; NULL alone has no order."""
    return table.column(name) if name in table.columns else sql.SQL("NULL::integer")


def _product(row: tuple[Any, ...]) -> FoundingProduct:
    number, article, name, description, category, *links, project, region = row[:11]
    ids, urls, files, offers = row[11:]
    return FoundingProduct(
        number,
        article,
        name,
        description,
        category,
        tuple(links),
        project,
        region,
        tuple(map(FoundingPicture, ids or (), urls or (), files or ())),
        tuple(FoundingOffer(*offer) for offer in offers or ()),
    )
