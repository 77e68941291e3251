"""What Python tells the evidence component; tests/browser sees what comes of it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pages.parts.evidence.evidence import Heard, Line, evidence
from pages.parts.evidence.payload import payload
from pages.parts.evidence.words import TEXTS
from pages.parts.gallery.gallery import TEXTS as GALLERY_TEXTS
from tests.browser.evidence_data import case

FOLDER = Path(__file__).resolve().parents[3] / "pages" / "texts"
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}
NAMES = {"evidence": TEXTS, "gallery": GALLERY_TEXTS}


def texts(language: str, table: str) -> dict[str, Any]:
    """Read a component's texts in one language."""
    read: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return dict(read[table])


def placeholders(text: str | dict[str, str]) -> set[str]:
    """Name what a text, in any of its forms, leaves to be filled in."""
    forms = [text] if isinstance(text, str) else list(text.values())
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize("language", FORMS)
@pytest.mark.parametrize("table", NAMES)
def test_texts_are_whole(table: str, language: str) -> None:
    """Each language has every text and nothing else, plurals in all forms of that language."""
    read = texts(language, table)
    assert set(read) == set(NAMES[table])
    for name, text in read.items():
        assert isinstance(text, str) or set(text) == FORMS[language], name


@pytest.mark.parametrize("table", NAMES)
def test_languages_fill_in_the_same_facts(table: str) -> None:
    """A text names the same facts in English and in Russian."""
    english, russian = texts("en", table), texts("ru", table)
    for name in NAMES[table]:
        assert placeholders(english[name]) == placeholders(russian[name]), name


def test_a_missing_text_is_named() -> None:
    """A language file without a text is found at once, and says which text."""
    incomplete = texts("en", "evidence")
    del incomplete["passed"]
    with pytest.raises(ValueError, match="texts are missing in 'en': passed"):
        evidence(
            case("one"),
            line=Line(74),
            active=None,
            opened=None,
            language="en",
            texts=incomplete,
            key="evidence",
            heard=Heard(),
        )


def test_a_doubtful_line_waits_below_the_line() -> None:
    """What is wished at or above the line is kept, and not shown."""
    assert Line(50, 49).doubtful == 49
    assert Line(50, 50).doubtful is None
    assert Line(50, 50).wished == 50
    assert Line(50).doubtful is None


def test_what_is_sent_is_small_and_plain_json() -> None:
    """A whole evaluation takes less than 40 kB, and no NaN that a browser could not read."""
    sent = json.dumps(payload(case("judged")), allow_nan=False, separators=(",", ":"))
    assert len(sent) < 40_000


def test_counts_stay_whole_and_what_is_undefined_is_null() -> None:
    """Counts are integers; the precision of nothing is null and not a number."""
    judged = payload(case("judged"))["judged"]
    assert all(isinstance(count, int) for count in judged["matches"])
    assert judged["precision"][-1] is None
    assert judged["recall"][0] == 1


def test_the_wrong_number_of_lines_is_refused() -> None:
    """Arrays of another length would be read at the wrong lines."""
    with pytest.raises(ValueError, match="there are 201 lines, not 3"):
        replace(case("one"), counts=[1, 2, 3])
