"""What Python tells the results component; tests/browser sees what comes of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pages.parts.assistant.assistant import TEXTS as ASSISTANT_TEXTS
from pages.parts.judging.judging import TEXTS as JUDGING_TEXTS
from pages.parts.judging.judging import Text
from pages.parts.products.products import TEXTS as PRODUCTS_TEXTS
from pages.parts.results.card import TEXTS as CARD_TEXTS
from pages.parts.results.card import product_of
from pages.parts.results.results import Distribution, results
from pages.parts.results.said import texts_of
from pages.parts.results.words import TEXTS
from search.language import Language
from search.subject import Kind
from search.threshold import Threshold
from search.tuning.scales import BINS, hundredths
from search.vectors import CLIP

FOLDER = Path(__file__).resolve().parents[3] / "pages" / "texts"
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}


TABLES = {
    "results": TEXTS,
    "cards": CARD_TEXTS,
    "products": PRODUCTS_TEXTS,
    "judging": JUDGING_TEXTS,
    "assistant": ASSISTANT_TEXTS,
}


def texts(language: str, table: str = "results") -> dict[str, Any]:
    """Read a component's texts in one language."""
    tables: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return dict(tables[table])


def placeholders(text: Text) -> set[str]:
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


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", FORMS)
def test_a_narrowed_search_has_other_sentences_of_the_same_facts(language: str, kind: Kind) -> None:
    """Every text and every fact that the browser fills in is there, with filters and without."""
    words = Language(language, FOLDER)
    plain, narrowed = (texts_of(kind, words, narrowed=one) for one in (False, True))
    assert set(plain) == set(narrowed) == set(TEXTS)
    for name, text in narrowed.items():
        assert isinstance(text, str) or set(text) == FORMS[language], name
        assert placeholders(plain[name]) == placeholders(text), name
    others = {name for name in TEXTS if plain[name] != narrowed[name]}
    assert others == set(texts(language, "results_narrowed"))
    captions = [name for name in TEXTS if name.startswith("caption")]
    assert all(placeholders(narrowed[name]) == {"total"} for name in captions)


@pytest.mark.parametrize("table", ["results", "assistant"])
def test_the_texts_of_judging_hide_none(table: str) -> None:
    """Judging's texts are handed over together with a component's: no name stands for two."""
    assert not set(TABLES[table]) & set(JUDGING_TEXTS)


def test_the_texts_of_a_card_hide_none() -> None:
    """They are handed over together with those of the lists that show cards."""
    assert not set(CARD_TEXTS) & {*TEXTS, *JUDGING_TEXTS, *PRODUCTS_TEXTS}


@pytest.mark.parametrize("sent", [None, 7, "8", "", "7; DROP", ["7"], {"id": "7"}])
def test_only_a_product_that_was_shown_is_acted_on(sent: object) -> None:
    """What a browser sends may be anything: what no card says is nobody's click."""
    assert product_of(sent, {"7", "12"}) is None
    assert product_of("7", {"7", "12"}) == 7


def test_a_missing_text_is_named() -> None:
    """A language file without a text is found at once, and says which text."""
    incomplete = texts("en")
    del incomplete["evidence"]
    with pytest.raises(ValueError, match="texts are missing in 'en': evidence"):
        results(
            photo="00",
            picture=None,
            cards=[],
            distribution=Distribution(start=-1, step=0.01, counts=[]),
            threshold=Threshold(0.3, CLIP),
            suggestion=None,
            verdicts={},
            language="en",
            texts=incomplete | texts("en", "cards") | texts("en", "judging"),
            key="results",
            on_more_like=lambda _: None,
            on_look=lambda _: None,
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
