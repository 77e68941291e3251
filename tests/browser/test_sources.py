"""Each kind of catalogue, from nothing to a search in a real Chromium, as the README says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from search.photo import read_photo
from tests.addresses import as_url
from tests.browser import readme
from tests.browser.browser import ROOT, open_page, streamlit_app
from tests.browser.readme import Terminal
from tests.browser.sources import (
    PACK,
    QUERY,
    fill_tables,
    goods,
    photographed_again,
    put_on_site,
    take_some,
    write_csv,
)
from tests.embedded_apps import data_folder
from tests.fake_huggingface import TOKEN, FakeHuggingFace, pixels_vector
from tests.founding import PRODUCTS, build_founding, founding_vectors
from tests.search.fetching.played_site import Site, answer

pytestmark = pytest.mark.browser

# The commands, as they stand in the README.
FOLDER = "python -m search import folder pictures/"
CSV = "python -m search import csv goods.csv"
SQL = "python -m search import sql --query @goods.sql --database SHOP_DATABASE_URL"
INDEX = "python -m search index"

SAMPLE = PACK.samples[0]
GOODS = goods(SAMPLE, 12)
SHOWN = GOODS[-1]
PRICE = f"RUB {SHOWN.price:,.0f}"
# Of the founding catalogue: a product of which the tables know a picture's name and no address.
BACKPACK = 12
BACKPACK_PICTURE = "%D0%A4%D0%BE%D1%82%D0%BE%20%E2%84%9612%20%231%20100%25%3F.jpg"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Serve the goods' pictures on loopback."""
    with Site() as site:
        put_on_site(site, GOODS)
        yield site


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a data folder in which nothing is yet."""
    with data_folder() as folder:
        yield folder


def app_with(**settings: str) -> AbstractContextManager[str]:
    """Start the app."""
    return streamlit_app(ROOT / "app.py", environment=settings, patience=120)


def find(page: Page, photo: Path, *said: str) -> None:
    """Give a photo to the search page; the first card says all of this, and has its picture."""
    page.get_by_role("link", name="Search").first.click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(photo)
    first = page.locator(".card").first
    for text in said:
        expect(first).to_contain_text(text)
    expect(first.locator(".picture:not(.coming, .broken) img")).to_be_visible()


def see_counted(page: Page, *, products: int) -> None:
    """See on the catalogue page that so many products are there."""
    counted = page.get_by_test_id("stMetric").filter(has_text="Products")
    expect(counted).to_contain_text(f"{products:,}")


def see_all_indexed(page: Page, *, products: int) -> None:
    """See on the catalogue page that so many products are there, and all of them searched."""
    page.get_by_role("link", name="Catalogue").first.click()
    see_counted(page, products=products)
    expect(page.get_by_text("Every picture can be searched.")).to_be_visible()


def test_a_folder_of_pictures(page: Page, home: Path, tmp_path: Path, photos: Path) -> None:
    """Whoever tried the demo first puts his own photos in its place, while the app runs."""
    taken = take_some(photos / "test", tmp_path / "pictures", each=4)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photographed_again(taken[-2]))
    settings = {"LIKENESS_DATA_DIR": str(home)}
    terminal = Terminal(tmp_path, **settings)
    with app_with(**settings) as app:
        open_page(page, app)
        expect(page.locator(".samples button").first).to_be_visible()
        terminal.type(FOLDER, "--replace-demo")
        terminal.type(INDEX)
        see_all_indexed(page, products=len(taken))
        kind = taken[-2].parent.name
        find(page, photo, f"{kind}/{taken[-2].stem}")
        expect(page.locator(".samples button")).to_have_count(0)


def test_a_csv_file(page: Page, home: Path, tmp_path: Path, site: Site) -> None:
    """Its pictures lie beside it and on the company's own network; the app starts afterwards."""
    write_csv(tmp_path, site, GOODS)
    readme.quoted("FETCH_PRIVATE")
    settings = {"LIKENESS_DATA_DIR": str(home), "FETCH_PRIVATE": "true"}
    terminal = Terminal(tmp_path, **settings)
    terminal.type(CSV)
    terminal.type(INDEX)
    with app_with(**settings) as app:
        open_page(page, app)
        see_all_indexed(page, products=len(GOODS))
        find(page, SAMPLE.file, SHOWN.name["en"], SHOWN.article, PRICE)


@pytest.fixture
def shop(empty_database: Callable[[], str], tmp_path: Path, site: Site) -> str:
    """Return the address of a shop's tables; goods.sql reads them."""
    address = empty_database()
    fill_tables(address, site, GOODS)
    (tmp_path / "goods.sql").write_text(QUERY, "utf-8")
    return as_url(address)


def test_a_query(page: Page, empty_database: Callable[[], str], tmp_path: Path, shop: str) -> None:
    """It is run once, on the database of which the command names the variable."""
    settings = {"VECTOR_DATABASE_URL": as_url(empty_database()), "FETCH_PRIVATE": "true"}
    terminal = Terminal(tmp_path, SHOP_DATABASE_URL=shop, **settings)
    terminal.type(SQL)
    terminal.type(INDEX)
    with app_with(**settings) as app:
        open_page(page, app)
        see_all_indexed(page, products=len(GOODS))
        find(page, SAMPLE.file, SHOWN.name["en"], SHOWN.article, PRICE)


def test_a_query_that_is_followed(page: Page, tmp_path: Path, shop: str) -> None:
    """The start of the app copies what CATALOGUE_QUERY returns; one command indexes it."""
    readme.quoted("CATALOGUE_QUERY", "@goods.sql", INDEX)
    settings = readme.settings(DATABASE_URL=shop)
    settings |= {"CATALOGUE_QUERY": f"@{tmp_path / 'goods.sql'}", "FETCH_PRIVATE": "true"}
    with app_with(**settings) as app:
        open_page(page, f"{app}/catalogue")
        expect(page.get_by_text("Copied by the query in CATALOGUE_QUERY.")).to_be_visible()
        see_counted(page, products=len(GOODS))
        Terminal(tmp_path, **settings).type(INDEX)
        find(page, SAMPLE.file, SHOWN.name["en"], SHOWN.article, PRICE)
        see_all_indexed(page, products=len(GOODS))


@pytest.fixture
def backpack(tmp_path: Path, site: Site) -> Path:
    """Return a photo of a product of the founding catalogue, and have it where pictures are."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(next(s for s in PACK.samples if s.key == "backpack").read())
    picture = answer(200, photo.read_bytes(), {"Content-Type": "image/jpeg"})
    site.answers[f"/pictures/{BACKPACK_PICTURE}"] = picture
    return photo


@pytest.fixture
def clip(backpack: Path) -> Iterator[FakeHuggingFace]:
    """Run a Hugging Face whose vector of that photo is near that of the product."""
    shown = read_photo(backpack.read_bytes()).jpeg
    stored = founding_vectors()[BACKPACK - 1]
    noise = np.random.default_rng(1).standard_normal(512) * np.linalg.norm(stored) / 100
    near = [float(number) for number in stored + noise]

    def embed(jpeg: bytes) -> list[float]:
        return near if jpeg == shown else pixels_vector(jpeg)

    with FakeHuggingFace(token=TOKEN, embed=embed) as server:
        yield server


def test_a_catalogue_that_is_in_postgresql_already(
    page: Page,
    empty_database: Callable[[], str],
    backpack: Path,
    clip: FakeHuggingFace,
    site: Site,
) -> None:
    """Three variables and the start of the app: all products are here, with their vectors."""
    shop = build_founding(empty_database(), empty_database())
    settings = readme.settings(
        VECTOR_DATABASE_URL=as_url(shop.reads_vectors),
        DATABASE_URL=as_url(shop.reads_catalogue),
        PICTURE_BASE_URL=f"{site.url}/pictures",
    )
    settings |= {
        "HUGGINGFACE_API_TOKEN": TOKEN,
        "ENCODER_URL": clip.model_url,
        "FETCH_PRIVATE": "true",
    }
    with app_with(**settings) as app:
        open_page(page, f"{app}/catalogue")
        copied = page.get_by_text("Copied from your own tables")
        expect(copied).to_be_visible(timeout=120_000)
        see_counted(page, products=PRODUCTS)
        find(page, backpack, f"Рюкзак {BACKPACK}", f"ART-{BACKPACK}")
