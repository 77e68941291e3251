"""What a shop may have before Likeness comes: pictures in a folder, on a site, goods in tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import psycopg
from PIL import Image

from search.demo.catalogue import DemoProduct
from search.demo.pack import Sample, load_pack
from tests.search.fetching.played_site import Site, answer

PACK = load_pack()
# A table of nobody's standard, and the query that makes of it what Likeness takes.
_TABLES = """
    CREATE TABLE products (number int PRIMARY KEY, code text, title text, kind text, costs numeric);
    CREATE TABLE photos (product int REFERENCES products, place int, address text)
"""
QUERY = """
    SELECT p.code AS article, p.title AS name, p.kind AS category, p.costs AS price,
           'RUB' AS currency, f.address AS picture
    FROM products AS p JOIN photos AS f ON f.product = p.number
    ORDER BY article, f.place
"""


def goods(sample: Sample, count: int) -> list[DemoProduct]:
    """Return products of every kind, the one that a sample photo shows among them."""
    shown = next(p for p in PACK.products if p.article == sample.article)
    others = [p for p in PACK.products if p is not shown]
    return [*others[:: len(others) // (count - 1)][: count - 1], shown]


def put_on_site(site: Site, products: Sequence[DemoProduct]) -> None:
    """Let a site have the products' pictures."""
    for product in products:
        picture = answer(200, PACK.picture(product.article), {"Content-Type": "image/webp"})
        site.answers[f"/{product.article}.webp"] = picture


def write_csv(folder: Path, site: Site, products: Sequence[DemoProduct]) -> None:
    """Write goods.csv; every second picture lies in the folder beside it, the others on a site."""
    (folder / "photos").mkdir()
    with (folder / "goods.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ["article", "name_en", "name_ru", "category", "price", "currency", "picture"]
        )
        for number, product in enumerate(products):
            picture = f"photos/{product.article}.webp"
            if number % 2:
                picture = f"{site.url}/{product.article}.webp"
            else:
                (folder / picture).write_bytes(PACK.picture(product.article))
            name, category = product.name, product.category["en"]
            price = [str(product.price), product.currency]
            table.writerow([product.article, name["en"], name["ru"], category, *price, picture])


def fill_tables(address: str, site: Site, products: Sequence[DemoProduct]) -> None:
    """Make a shop's tables, their pictures on a site."""
    with psycopg.connect(address) as connection:
        connection.execute(_TABLES)
        for number, one in enumerate(products):
            connection.execute(
                "INSERT INTO products VALUES (%s, %s, %s, %s, %s)",
                (number, one.article, one.name["en"], one.category["en"], one.price),
            )
            connection.execute(
                "INSERT INTO photos VALUES (%s, 1, %s)",
                (number, f"{site.url}/{one.article}.webp"),
            )


def take_some(photos: Path, folder: Path, each: int) -> list[Path]:
    """Put a few photos of each kind into a folder, a folder a kind; return where they are."""
    taken = []
    for kind in sorted(path for path in photos.iterdir() if path.is_dir()):
        (folder / kind.name).mkdir(parents=True)
        for photo in sorted(kind.glob("*.jpg"))[:each]:
            taken.append(folder / kind.name / photo.name)
            taken[-1].write_bytes(photo.read_bytes())
    return taken


def photographed_again(photo: Path) -> bytes:
    """Return a photo as it is after somebody cropped it and sent it on, smaller."""
    with Image.open(photo) as image:
        whole = image.convert("RGB")
        width, height = whole.size
        cut = whole.crop((width // 20, height // 20, width, height - height // 30))
        cut.thumbnail((480, 480))
        buffer = io.BytesIO()
        cut.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
