"""What Python tells the results component; tests/browser sees what comes of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pages.parts.assistant.assistant import TEXTS as ASSISTANT_TEXTS
from pages.parts.judging.judging import TEXTS as JUDGING_TEXTS
from pages.parts.results.results import TEXTS, Distribution, results
from search.threshold import Threshold
from search.tuning.scales import BINS, hundredths
from search.vectors import CLIP

FOLDER = Path(__file__).resolve().parents[3] / "pages" / "texts"
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}


TABLES = {"results": TEXTS, "judging": JUDGING_TEXTS, "assistant": ASSISTANT_TEXTS}


def texts(language: str, table: str = "results") -> dict[str, Any]:
    """Read a component's texts in one language."""
    tables: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return dict(tables[table])


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


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("language", FORMS)
def test_texts_are_whole(language: str, table: str) -> None:
    """Each language has every text and nothing else, plurals in all forms of that language."""
    there = texts(language, table)
    assert set(there) == set(TABLES[table])
    for name, text in there.items():
        assert isinstance(text, str) or set(text) == FORMS[language], name


@pytest.mark.parametrize("table", TABLES)
def test_languages_fill_in_the_same_facts(table: str) -> None:
    """A text names the same facts in English and in Russian."""
    english, russian = texts("en", table), texts("ru", table)
    for name in TABLES[table]:
        assert placeholders(english[name]) == placeholders(russian[name]), name


@pytest.mark.parametrize("table", ["results", "assistant"])
def test_the_texts_of_judging_hide_none(table: str) -> None:
    """Judging's texts are handed over together with a component's: no name stands for two."""
    assert not set(TABLES[table]) & set(JUDGING_TEXTS)


def test_a_missing_text_is_named() -> None:
    """A language file without a text is found at once, and says which text."""
    incomplete = texts("en")
    del incomplete["evidence"]
    with pytest.raises(ValueError, match="texts are missing in 'en': evidence"):
        results(
            photo="00",
            cards=[],
            distribution=Distribution(start=-1, step=0.01, counts=[]),
            threshold=Threshold(0.3, CLIP),
            suggestion=None,
            verdicts={},
            language="en",
            texts=incomplete | texts("en", "judging"),
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
