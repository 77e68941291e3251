"""What Python tells the results component; tests/browser sees what comes of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pages.parts.results.results import TEXTS, Distribution, results
from search.hits import Distribution as CatalogueDistribution
from search.tuning.scales import hundredths

FOLDER = Path(__file__).resolve().parents[3] / "pages" / "texts"
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}


def texts(language: str) -> dict[str, Any]:
    """Read the component's texts in one language."""
    table: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return dict(table["results"])


def placeholders(text: str | dict[str, str]) -> set[str]:
    """Name what a text, in any of its forms, leaves to be filled in."""
    forms = [text] if isinstance(text, str) else list(text.values())
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize(
    ("similarity", "expected"),
    [(0.74, 74), (0.749, 74), (0.29, 29), (0.57, 57), (0.99999994, 100), (1, 100), (-0.001, -1)],
)
def test_a_similarity_is_rounded_down(similarity: float, expected: int) -> None:
    """0.749 shows as 0.74 and does not pass 0.75; float noise never costs a hundredth."""
    assert hundredths(similarity) == expected


def test_every_hundredth_is_its_own_bin() -> None:
    """No multiple of 0.01 falls into its neighbour's bin."""
    assert [hundredths(i / 100) for i in range(-100, 101)] == list(range(-100, 101))


@pytest.mark.parametrize("language", FORMS)
def test_texts_are_whole(language: str) -> None:
    """Each language has every text and nothing else, plurals in all forms of that language."""
    table = texts(language)
    assert set(table) == set(TEXTS)
    for name, text in table.items():
        assert isinstance(text, str) or set(text) == FORMS[language], name


def test_languages_fill_in_the_same_facts() -> None:
    """A text names the same facts in English and in Russian."""
    english, russian = texts("en"), texts("ru")
    for name in TEXTS:
        assert placeholders(english[name]) == placeholders(russian[name]), name


def test_a_missing_text_is_named() -> None:
    """A language file without a text is found at once, and says which text."""
    incomplete = texts("en")
    del incomplete["evidence"]
    with pytest.raises(ValueError, match="texts are missing in 'en': evidence"):
        results(
            cards=[],
            distribution=Distribution(start=-1, step=0.01, counts=[]),
            threshold=0.3,
            suggestion=None,
            language="en",
            texts=incomplete,
            key="results",
        )


@pytest.mark.parametrize(("start", "step"), [(-1, 0.02), (0.005, 0.01)])
def test_bins_off_the_grid_are_refused(start: float, step: float) -> None:
    """Bins that are not whole hundredths would be counted wrongly, so they are refused."""
    with pytest.raises(ValueError, match="bins"):
        Distribution(start=start, step=step, counts=[1])


def test_the_catalogue_distribution_fits_as_it_is() -> None:
    """The bins that a search returns are the bins that the component counts."""
    counts = (0,) * BINS
    assert Distribution(start=-1.0, step=0.01, counts=counts).counts == counts
    assert len(counts) == hundredths(1) - hundredths(-1) + 1
