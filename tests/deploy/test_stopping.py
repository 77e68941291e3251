"""SIGTERM while somebody searches: the answer still comes, and the end is clean and bounded."""

from __future__ import annotations

import io
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests
from PIL import Image as Picture
from websockets import CloseCode, ConnectionClosedError, Origin, Subprotocol
from websockets.sync.client import connect

from search.calls import utc_now
from search.history import History
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.deploy.containers import GRACE_SECONDS, PATIENCE_SECONDS, Container, container
from tests.deploy.dockerfile import Image
from tests.embedded_apps import until
from tests.fake_huggingface import FakeHuggingFace, hold, pixels_vector


def photo() -> bytes:
    """Return a picture that nobody searched with."""
    buffer = io.BytesIO()
    Picture.new("RGB", (64, 64), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def on(conninfo: str, fake: FakeHuggingFace) -> dict[str, str]:
    """Return the settings of an app on a database, with the played encoder."""
    return {"VECTOR_DATABASE_URL": conninfo, "ENCODER_URL": fake.model_url}


def search(running: Container) -> requests.Response:
    """Search by the HTTP interface, as another program does."""
    files = {"image": ("photo.png", photo(), "image/png")}
    return requests.post(f"{running.address}/api/search-by-image", files=files, timeout=60)


def under_way(
    running: Container, fake: FakeHuggingFace, pool: ThreadPoolExecutor
) -> Future[requests.Response]:
    """Begin a search, and return when it waits for the encoder."""
    running.wait_until_healthy()
    until(lambda: "ready" in running.said())
    searching = pool.submit(search, running)
    until(lambda: fake.count == 1)
    return searching


def test_what_is_being_searched_is_answered_before_the_end(
    image: Image, store: Store, conninfo: str
) -> None:
    """A new version takes over: who asked the old one gets an answer, and the search is stored."""
    store.products.add("test", products(unit_vectors(3)))
    with FakeHuggingFace(embed=pixels_vector) as fake, ThreadPoolExecutor(2) as pool:
        fake.otherwise(hold())
        with container(image, **on(conninfo, fake)) as running:
            searching = under_way(running, fake, pool)
            stopping = pool.submit(running.stop)
            until(lambda: "Shutting down" in running.said())
            with pytest.raises(requests.ConnectionError):
                requests.get(f"{running.address}/healthz", timeout=5)
            fake.release()
            answered = searching.result()
            assert stopping.result() == 0
    told = answered.json()
    assert (answered.status_code, told["success"], told["count"]) == (200, True, 3)
    kept = History(store, Settings.read(), utc_now).reopen(told["search_id"])
    assert len(kept.hits) == 3


def test_a_page_that_is_open_holds_nothing_up(image: Image, demo_conninfo: str) -> None:
    """Its browser is told to come back, to whoever answers then, and is waited for by nobody."""
    settings = {"VECTOR_DATABASE_URL": demo_conninfo, "ALLOWED_HOSTS": "likeness.example"}
    with container(image, **settings) as running:
        running.wait_until_healthy()
        # As a browser behind a proxy has it: the public address, which is not the one here.
        connection = connect(
            "ws://likeness.example/_stcore/stream",
            sock=socket.create_connection(("127.0.0.1", running.port)),
            origin=Origin("http://likeness.example"),
            subprotocols=[Subprotocol("streamlit")],
        )
        with connection as page:
            began = time.monotonic()
            assert running.stop() == 0
            assert time.monotonic() - began < PATIENCE_SECONDS
            with pytest.raises(ConnectionClosedError) as closed:
                page.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.SERVICE_RESTART


@pytest.mark.slow
def test_a_model_that_never_answers_keeps_nobody(image: Image, store: Store, conninfo: str) -> None:
    """The end comes within what is left of a stop's time, and with code 0 all the same."""
    store.products.add("test", products(unit_vectors(3)))
    with FakeHuggingFace(embed=pixels_vector) as fake, ThreadPoolExecutor(1) as pool:
        fake.otherwise(hold())
        with container(image, 1, **on(conninfo, fake)) as running:
            searching = under_way(running, fake, pool)
            began = time.monotonic()
            assert running.stop() == 0
            assert time.monotonic() - began < GRACE_SECONDS - PATIENCE_SECONDS
        with pytest.raises(requests.RequestException):
            searching.result().raise_for_status()
