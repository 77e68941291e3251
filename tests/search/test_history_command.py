"""python -m search history, and searches with more than one photo, as a person meets them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from search.__main__ import main
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FakeHuggingFace

Paint = Callable[..., bytes]


@pytest.fixture
def stock(on_database: None, store: Store) -> Store:
    """Return a catalogue of four things, in the database that the command finds."""
    del on_database
    store.products.add("shop", products(unit_vectors(4)))
    return store


@pytest.fixture
def files(tmp_path: Path, picture: Paint) -> list[str]:
    """Return the paths of two photos."""
    paths = []
    for colour in ("red", "blue"):
        path = tmp_path / f"{colour}.png"
        path.write_bytes(picture(colour))
        paths.append(str(path))
    return paths


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run a command that succeeds; return the lines that it printed."""
    assert main([*arguments]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("stock")
def test_searches_are_made_listed_opened_and_forgotten(
    capsys: pytest.CaptureFixture[str], files: list[str], fake: FakeHuggingFace
) -> None:
    """One photo, two of one thing, a product by its article; each comes back by its id."""
    assert told(capsys, "history") == ["There are no searches."]
    told(capsys, "search", files[0])
    together = json.loads("".join(told(capsys, "search", *files, "--together", "--json")))
    assert (together["kind"], len(together["hits"]), fake.count) == ("photos", 4, 2)
    like = told(capsys, "search", "--like", "art 2")
    assert [line.split()[2] for line in like[:3]].count("ART-2") == 0
    assert fake.count == 2
    lines = told(capsys, "history")
    said = [re.sub(r"^\S{36}   \d+ \w+ 2\d{3}, \d\d:\d\d \w+  ", "", line) for line in lines]
    assert [line.split(";")[0] for line in said] == ["like ART-2", "2 photos together", "photo"]
    assert re.fullmatch(r"like ART-2; 3 similar of 3; 0\.\d\d ART-\d Product \d", said[0])
    listed = json.loads("".join(told(capsys, "history", "--json")))
    assert [one["kind"] for one in listed] == ["product", "photos", "photo"]
    again = json.loads("".join(told(capsys, "search", "--open", listed[1]["search"], "--json")))
    assert again == together
    assert told(capsys, "search", "--open", listed[1]["search"])[0].startswith("The search of ")
    assert "forgotten" in told(capsys, "history", "--forget", listed[1]["search"])[0]
    assert len(told(capsys, "history")) == 2
    for command in (["history", "--forget"], ["search", "--open"]):
        assert main([*command, listed[1]["search"]]) == 1
        assert f"no search {listed[1]['search']}" in capsys.readouterr().err


@pytest.mark.usefixtures("stock")
def test_a_product_is_named_by_its_number_too(
    capsys: pytest.CaptureFixture[str], stock: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As --json prints it; one that is not there is said, in Russian as well."""
    number = stock.products.numbers(["ART-1"])["ART-1"]
    assert len(told(capsys, "search", "--like", str(number))) > 3
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert main(["search", "--like", "nothing"]) == 1
    assert "нет товара nothing" in capsys.readouterr().err
    assert "похожие на ART-1; 1 похожий из 3; 0,34 ART-2" in told(capsys, "history")[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--like"),
        (["a.png", "--like", "ART-1"], "--like"),
        (["a.png", "b.png"], "--together"),
        (["a.png", "--together"], "--together"),
        (["--like", "ART-1", "--crop", "0,0,1,0.5"], "--crop"),
        (["a.png", "b.png", "--together", "--turn", "90"], "--turn"),
        (["--open", "0", "--region", "Ural"], "not narrowed"),
    ],
)
def test_what_contradicts_itself_is_said(
    capsys: pytest.CaptureFixture[str], settings: Settings, arguments: list[str], says: str
) -> None:
    """Before a database is started for it."""
    del settings
    assert main(["search", *arguments]) == 1
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("stock")
def test_four_photos_are_too_many(capsys: pytest.CaptureFixture[str], files: list[str]) -> None:
    """With what to do instead."""
    assert main(["search", *files, *files, "--together"]) == 1
    assert "Choose 2 or 3 of them" in capsys.readouterr().err
