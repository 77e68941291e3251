"""An engine on a database of its own, with an encoder that needs neither network nor weights."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from search.api_keys import Keys
from search.engine import SearchEngine
from search.photo import Photo
from search.progress import Report, silent
from search.settings import Settings
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.addresses import as_url
from tests.fake_huggingface import TOKEN, FakeHuggingFace, pixels_vector
from tests.keys import Played

Colour = str | tuple[int, int, int]


class PixelEncoder:
    """A vector from the pixels themselves: real enough to tell pictures apart."""

    name = "pixels"
    address = ""
    space = CLIP

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:  # noqa: ARG002 - the protocol's
        """Embed."""
        return Embedding.from_numbers(pixels_vector(photo.jpeg), CLIP)

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a bare environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return Settings.read()


@pytest.fixture
def engine(store: Store, settings: Settings) -> Iterator[SearchEngine]:
    """Return an engine with the pixel encoder and an empty catalogue."""
    engine = SearchEngine(settings, store, PixelEncoder())
    yield engine
    engine.close()


@pytest.fixture
def time_of_day() -> Played:
    """Time that passes only when a test says so."""
    return Played()


@pytest.fixture
def keys(store: Store, time_of_day: Played) -> Keys:
    """Return the keys of a process."""
    return Keys(store.api_keys, time_of_day, time_of_day.clock)


@pytest.fixture
def fake() -> Iterator[FakeHuggingFace]:
    """Run a Hugging Face whose vectors come from the pixels."""
    with FakeHuggingFace(embed=pixels_vector) as server:
        yield server


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """Return a painter of small pictures: two colours, one over the other."""

    def paint(top: Colour = "red", bottom: Colour = "white", kind: str = "PNG") -> bytes:
        image = Image.new("RGB", (96, 96), bottom)
        image.paste(top, (0, 0, 96, 48))
        buffer = io.BytesIO()
        image.save(buffer, kind)
        return buffer.getvalue()

    return paint


@pytest.fixture
def on_database(
    settings: object, conninfo: str, fake: FakeHuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Point the environment at a database of the test's own and at the fake Hugging Face."""
    del settings
    monkeypatch.setenv("VECTOR_DATABASE_URL", as_url(conninfo))
    monkeypatch.setenv("HUGGINGFACE_API_TOKEN", TOKEN)
    monkeypatch.setenv("ENCODER_URL", fake.model_url)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
