"""python -m search search --url: a picture in the web instead of a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from search.__main__ import main
from search.elsewhere import Elsewhere
from search.fetching import Fetcher
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.search.fetching.conftest import TRUST
from tests.search.fetching.played_site import PUBLIC, Site, answer


@pytest.mark.usefixtures("on_database")
def test_the_picture_at_an_address_is_searched_with(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    site: Site,
    store: Store,
    picture: Callable[..., bytes],
) -> None:
    """As if it were a file; its part is chosen by the same options."""
    store.products.add("shop", products(unit_vectors(3)))
    fetcher = partial(Fetcher, lookup=lambda _: [PUBLIC], dial=site.dial, trust=TRUST)
    monkeypatch.setattr("search.reading.Elsewhere", partial(Elsewhere, fetcher=fetcher))
    site.answers["/a.png"] = answer(body=picture())
    address = "http://shop.example/a.png?size=large"
    assert main(["search", "--url", address, "--json", "--crop", "0,0,1,0.5"]) == 0
    assert len(json.loads(capsys.readouterr().out)["hits"]) == 3
    assert site.visits[0].path == "/a.png?size=large"


@pytest.mark.usefixtures("on_database")
def test_a_private_address_is_refused(capsys: pytest.CaptureFixture[str], site: Site) -> None:
    """With a sentence, and exit code 1."""
    assert main(["search", "--url", f"{site.url}/a.png"]) == 1
    assert "it lies in a private network" in capsys.readouterr().err
    assert site.visits == []


def test_one_photo_is_named(
    capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path
) -> None:
    """A file or an address, not both and not none."""
    del settings
    both = ["search", str(tmp_path / "a.jpg"), "--url", "https://shop.example/a.jpg"]
    for arguments in (["search"], both):
        assert main(arguments) == 1
        assert "--url" in capsys.readouterr().err
