"""python -m search search --category …: what the counts below the products are of."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from search.__main__ import main
from search.commands.search import _print_counts
from search.hits import Distribution
from search.language import language
from search.store.store import Store
from search.threshold import Threshold
from search.tuning.scales import BINS
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors

LIKE = ("search", "--like", "ART-0", "--threshold", "-1")


@pytest.fixture
def stock(on_database: None, store: Store) -> Store:
    """Return a catalogue of nine things and three mugs."""
    del on_database
    made = products(unit_vectors(12))
    mugs = [replace(one, category_id="mugs", category={"en": "Mugs"}) for one in made[9:]]
    store.products.add("shop", [*made[:9], *mugs])
    return store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command; return what it printed."""
    assert main([*LIKE, *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("stock")
def test_a_narrowed_search_says_among_what_it_counts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three mugs, in the reader's language, and not the twelve products of the catalogue."""
    assert "At -1.00, 12 of 12 products pass." in run(capsys)
    told = run(capsys, "--category", "Mugs")
    assert "Among the products that the search is narrowed to, 3 of 3 pass at -1.00." in told
    assert "would leave" not in told
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    told = run(capsys, "--category", "mugs")
    assert "Среди отобранных товаров на -1,00 проходят 3 товара из 3." in told


@pytest.mark.usefixtures("stock")
def test_a_script_gets_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """And whether it is all of the catalogue."""
    for arguments, total, narrowed in (((), 12, False), (("--category", "mugs"), 3, True)):
        told = json.loads(run(capsys, "--json", *arguments))
        assert (told["products"], told["passing"]) == (total, total)
        assert told["narrowed"] is narrowed


def test_an_estimate_is_called_one(capsys: pytest.CaptureFixture[str]) -> None:
    """With its margin, and with how many of those that are left were looked at."""
    counts = [0] * BINS
    counts[150], counts[160] = 60_000, 1_234
    counted = Distribution(tuple(counts), 3_000, exact_from=BINS, narrowed=True)
    margin = counted.margin(0.6)
    for code in ("en", "ru"):
        _print_counts(counted, Threshold(0.6, CLIP), language(code))
    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        f"Among the products that the search is narrowed to, about 1,234 (±{margin}) of 61,234"
        " pass at 0.60."
    )
    assert said[1].startswith("Estimated from a sample of 3,000 of these 61,234 products;")
    assert any("Оценка по выборке из отобранных: 3\xa0000 товаров из 61\xa0234" in a for a in said)
