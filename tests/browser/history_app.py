"""The whole app on a database of its own, and a maker of searches in a browser's history."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import psycopg
from playwright.sync_api import Locator, Page
from psycopg.conninfo import make_conninfo

from search.demo.pack import Sample, load_pack
from search.encoders.builtin import BuiltinEncoder
from search.engine import SearchEngine
from search.hits import Search
from search.narrowing import Narrow
from search.settings import Settings
from search.store.database import Database
from search.store.embedded import EmbeddedServer
from search.store.store import Store
from search.visitor_cookie import NAME
from tests.browser.browser import ROOT, open_page, streamlit_app

SAMPLES = load_pack().samples


class Clock:
    """The time of day: each search is made some time before the one that was made before it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """Tell it."""
        return self.now


@dataclass(frozen=True, slots=True)
class HistoryApp:
    """The app's address, and an engine on its database."""

    address: str
    engine: SearchEngine
    clock: Clock

    def visit(self, page: Page) -> str:
        """Come as the first visitor of all; return which one this browser is then."""
        for entry in self.engine.history.list(None, 200):
            self.engine.history.forget(entry.id)
        page.context.clear_cookies(name=NAME)
        page.request.get(self.address)
        return visitor_of(page)

    def search(
        self,
        visitor: str,
        sample: Sample = SAMPLES[0],
        hours: float = 0,
        narrow: Narrow | None = None,
    ) -> Search:
        """Search as the page does, so many hours ago."""
        self.clock.now = datetime.now(UTC) - timedelta(hours=hours)
        photo = self.engine.reading.read(sample.file.read_bytes())
        search = self.engine.search(photo, visitor=visitor, narrow=narrow)
        self.engine.keep_photo(photo)
        return search

    def open(self, page: Page, language: str = "en") -> Listed:
        """Open the history, and wait until it is listed."""
        open_page(page, f"{self.address}/history?language={language}")
        return Listed(page)


class Listed:
    """The history as a person meets it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.entries = page.locator(".entry")
        self.titles = page.locator(".entry .title")
        self.groups = page.locator(".group")
        self.notice = page.locator(".notice")

    def entry(self, search: Search) -> Locator:
        """Return what is shown of a search."""
        return self.page.locator(f'.entry[data-id="{search.id}"]')

    def act(self, search: Search, act: str) -> Locator:
        """Return what does something with a search."""
        return self.entry(search).locator(f'[data-act="{act}"]')

    def forget(self, search: Search) -> None:
        """Forget a search, for sure."""
        self.act(search, "forget").click()
        self.entry(search).locator(".really").click()


def visitor_of(page: Page) -> str:
    """Return which visitor this browser is."""
    return next(one["value"] for one in page.context.cookies() if one["name"] == NAME)


@contextmanager
def history_app(server: EmbeddedServer, template: str, name: str) -> Iterator[HistoryApp]:
    """Serve the app on a copy of a database, with the built-in encoder."""
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    conninfo = make_conninfo(server.conninfo, dbname=name)
    environment = {"VECTOR_DATABASE_URL": conninfo, "ENCODER": "builtin"}
    clock = Clock()
    with patch.dict(os.environ, environment):
        settings = Settings.read()
    engine = SearchEngine(settings, Store.on(Database(conninfo)), BuiltinEncoder(), now=clock)
    with streamlit_app(ROOT / "app.py", environment=environment, patience=120) as address:
        yield HistoryApp(address, engine, clock)
    engine.close()
