"""Pictures in the size of a list, as the routes serve them: small, and kept by whoever has them."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from PIL import Image

from search.addresses import thumbnail_path
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.thumbnails import SIDE
from tests.search.fetching.played_site import Site, answer
from tests.serving import Client


def a_large_picture() -> bytes:
    """Paint something that takes many bytes."""
    buffer = io.BytesIO()
    Image.effect_noise((600, 450), 40).convert("RGB").save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


LARGE = a_large_picture()
PATH = thumbnail_path(sha256(LARGE).hexdigest()).removeprefix("api/")


def side_of(content: bytes) -> int:
    """Return how many pixels the longest side of a picture has."""
    with Image.open(io.BytesIO(content)) as image:
        return max(image.size)


@pytest.fixture
def number(pictures: list[int], site: Site) -> int:
    """Return the number of a picture that is large, and not here yet."""
    site.answers["/3.png"] = answer(200, LARGE)
    return pictures[3]


def test_by_its_content_it_may_be_kept_for_ever(
    client: Client, engine: SearchEngine, number: int
) -> None:
    """Large and small have an address and a tag each: a browser takes neither for the other."""
    engine.showing.get(number)
    small = client.get(PATH)
    assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
    assert "immutable" in small.headers["cache-control"]
    assert small.headers["x-content-type-options"] == "nosniff"
    assert side_of(small.content) == SIDE
    large = client.get(PATH.partition("?")[0])
    assert large.content == LARGE
    assert large.headers["etag"] != small.headers["etag"]
    client.session.headers["If-None-Match"] = small.headers["etag"]
    assert client.get(PATH).status_code == 304
    assert client.get(PATH.partition("?")[0]).status_code == 200


def test_by_its_number_it_is_fetched_first(client: Client, number: int) -> None:
    """A picture that nobody has looked at yet comes small as well, for a while."""
    small = client.get(f"pictures/{number}", size="small")
    assert (small.status_code, side_of(small.content)) == (200, SIDE)
    assert small.headers["cache-control"] == "private, max-age=300"
    client.session.headers["If-None-Match"] = small.headers["etag"]
    assert client.get(f"pictures/{number}", size="small").status_code == 304


def test_what_was_made_needs_no_database(
    client: Client, engine: SearchEngine, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second person who sees a product has its picture from memory."""
    engine.showing.get(number)
    first = client.get(PATH)

    def away(_: str) -> None:
        raise DatabaseUnavailable(reason="gone")

    monkeypatch.setattr(engine.showing, "find", away)
    assert client.get(PATH).content == first.content


def test_a_small_picture_of_nothing_is_not_found(client: Client) -> None:
    """As a large one is; and a size that nobody has heard of is no size."""
    assert client.get(f"pictures/{'0' * 64}", size="small").status_code == 404
    assert client.get(f"pictures/{'0' * 64}", size="huge").status_code == 404
