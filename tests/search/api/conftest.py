"""A served catalogue of seventy products, with an encoder that needs no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
import requests

from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace, VirtualClock
from tests.serving import serving

Paint = Callable[..., bytes]
Asked = Mapping[str, str | int | Sequence[str]]


class Api:
    """Sends requests to a served app."""

    def __init__(self, address: str, session: requests.Session) -> None:
        self.address = address
        self._session = session

    def photo(
        self,
        photo: bytes,
        asked: Asked | None = None,
        fields: Asked | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """POST a photo, with parameters in the address and in the form."""
        return self._session.post(
            f"{self.address}/api/search-by-image",
            params=asked,
            data=fields,
            files={"image": ("photo.png", photo)},
            headers=headers,
            timeout=20,
        )

    def send(
        self, path: str, method: str = "POST", body: object = None, **headers: str
    ) -> requests.Response:
        """Send any body to any path below /api."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._session.request(
            method,
            f"{self.address}/api/{path}",
            data=body,  # type: ignore[arg-type]
            headers=named,
            timeout=20,
        )

    def get(self, path: str, **asked: str | int) -> requests.Response:
        """GET below /api."""
        address = f"{self.address}/api/{path}"
        return self._session.get(address, params=asked, timeout=20)


def is_failure(answer: requests.Response, status: int, code: str) -> bool:
    """Tell whether an answer has this status, this code, and the form of every failure."""
    told = answer.json()
    assert set(told) == {"success", "error", "code", "retry"}, told
    assert told["success"] is False
    assert isinstance(told["retry"], bool)
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.status_code, told["code"]) == (status, code), told
    return True


@pytest.fixture
def stocked(store: Store) -> dict[str, int]:
    """Fill the catalogue with seventy products; return their numbers by article."""
    store.products.add("test", products(unit_vectors(70)))
    return dict(store.products.numbers([f"ART-{number}" for number in range(70)]))


@pytest.fixture
def api(engine: SearchEngine, stocked: dict[str, int]) -> Iterator[Api]:
    """Return a client of seventy products with the pixel encoder."""
    del stocked
    with serving(lambda: engine) as address, requests.Session() as session:
        yield Api(address, session)


@pytest.fixture
def http_engine(
    store: Store, settings: Settings, fake: FakeHuggingFace, stocked: dict[str, int]
) -> Iterator[SearchEngine]:
    """Return an engine that asks the fake Hugging Face, on a clock that needs no waiting."""
    del stocked
    clock = VirtualClock()
    encoder = HttpEncoder(fake.model_url, token=TOKEN, clock=clock, sleep=clock.sleep)
    engine = SearchEngine(settings, store, encoder)
    yield engine
    engine.close()


@pytest.fixture
def remote(http_engine: SearchEngine) -> Iterator[Api]:
    """Return a client of an engine that has to ask a server."""
    with serving(lambda: http_engine) as address, requests.Session() as session:
        yield Api(address, session)
