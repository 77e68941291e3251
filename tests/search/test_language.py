"""Two languages, the same texts."""

from __future__ import annotations

import string
import time
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from search.errors import (
    BadAnswer,
    JudgementUnknown,
    LikenessError,
    PhotoTooLarge,
    SetExists,
    SettingError,
)
from search.language import LANGUAGES, MESSAGES, PLURAL_FORMS, language

TEXTS = Path(__file__).parent.parent.parent / "pages" / "texts"
PLURALS = {"en": {"one", "other"}, "ru": {"one", "few", "many", "other"}}


def entries(folder: Path, code: str) -> dict[str, Any]:
    """Flatten a file: dotted key to text, or to the table of its plural forms."""

    def walk(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
        for key, value in table.items():
            if isinstance(value, Mapping) and not set(value) <= PLURAL_FORMS:
                yield from walk(value, f"{before}{key}.")
            else:
                yield f"{before}{key}", value

    return dict(walk(tomllib.loads((folder / f"{code}.toml").read_text("utf-8"))))


def placeholders(text: str) -> set[str]:
    """Name what a text wants filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def every_error() -> Iterator[type[LikenessError]]:
    """Walk the tree down to its leaves."""

    def below(kind: type[LikenessError]) -> Iterator[type[LikenessError]]:
        for child in kind.__subclasses__():
            if child.__module__.startswith("search.errors."):
                yield child
                yield from below(child)

    yield LikenessError
    yield from (kind for kind in below(LikenessError) if "code" in vars(kind))


@pytest.mark.parametrize("folder", [MESSAGES, TEXTS], ids=["messages", "pages"])
def test_every_text_exists_in_both_languages(folder: Path) -> None:
    """Nobody meets a text in the other language, or a gap."""
    english, russian = (entries(folder, code) for code in LANGUAGES)
    assert english.keys() == russian.keys()
    for key, text in english.items():
        assert isinstance(text, str) == isinstance(russian[key], str), key
        if isinstance(text, str):
            assert placeholders(text) == placeholders(russian[key]), key
            assert russian[key].strip(), key


@pytest.mark.parametrize("folder", [MESSAGES, TEXTS], ids=["messages", "pages"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_plurals_have_the_forms_of_their_language(folder: Path, code: str) -> None:
    """One, few and many never fall through to a missing form."""
    for key, text in entries(folder, code).items():
        if not isinstance(text, str):
            assert set(text) == PLURALS[code], key


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", list(every_error()), ids=lambda kind: str(kind.__name__))
def test_every_error_can_be_said(kind: type[LikenessError], code: str) -> None:
    """Each error of the tree has what happened and the next step."""
    spoken = language(code).error(kind())
    assert spoken.what.endswith((".", "…"))
    assert spoken.next.endswith(".")


def test_numbers_and_plurals_follow_the_language() -> None:
    """1 товар, 2 товара, 5 товаров, and a comma in Russian numbers."""
    ru, en = language("ru", TEXTS), language("en", TEXTS)
    said = [ru.text("stage.comparing", n=n) for n in (1, 2, 5, 12907)]
    assert [sentence.rsplit(" ", 1)[1] for sentence in said] == [
        "картинкой",
        "картинками",
        "картинками",
        "картинками",
    ]
    assert "12\N{NO-BREAK SPACE}907" in said[3]
    assert "12,907" in en.text("stage.comparing", n=12907)
    assert (ru.similarity(0.744), en.similarity(0.744)) == ("0,74", "0.74")
    assert en.error(PhotoTooLarge(megabytes=12.5, limit=10)).what.startswith(
        "The photo has 12.5 MB"
    )
    assert "12,5" in ru.error(PhotoTooLarge(megabytes=12.5, limit=10)).what


@pytest.mark.parametrize(
    ("code", "amount", "expected"),
    [
        ("ru", "1490.00", "1\N{NO-BREAK SPACE}490\N{NO-BREAK SPACE}₽"),
        ("ru", "1490.50", "1\N{NO-BREAK SPACE}490,50\N{NO-BREAK SPACE}₽"),
        ("en", "1490.00", "RUB 1,490"),
    ],
)
def test_prices_are_written_as_each_language_does(code: str, amount: str, expected: str) -> None:
    """Whole amounts carry no zeros."""
    assert language(code).price(Decimal(amount), "RUB") == expected


def test_facts_that_name_a_text_are_said_in_the_language() -> None:
    """A reason is translated as well, not only the sentence around it."""
    error = BadAnswer(reason="@reasons.answer_length", found=768, expected=512)
    assert "768 numbers instead of 512" in language("en").error(error).what
    assert "чисел 768, а не 512" in language("ru").error(error).what
    wrong = SettingError(name="ENCODER", expected="@settings.ENCODER.expected")
    assert "auto, builtin, local или http" in language("ru").error(wrong).what


def test_what_somebody_wrote_is_said_as_it_stands() -> None:
    """A name that looks like the key of a text is a name."""
    name = "@reasons.network_other"
    for code in LANGUAGES:
        for error in (SetExists(name=name), JudgementUnknown(judgement="5", who=name)):
            assert name in language(code).error(error).what
        assert name in language(code).text("judgements.no_verdict", verdict=name)
        assert name not in language(code).error(BadAnswer(reason=name)).what


@pytest.mark.parametrize(
    ("code", "there", "here"),
    [
        ("en", "29 Nov 2026, 14:05", "29 Nov 2026, 20:05 JST"),
        ("ru", "29 нояб. 2026, 14:05", "29 нояб. 2026, 20:05 JST"),
    ],
)
def test_moments_are_of_the_readers_clock(
    monkeypatch: pytest.MonkeyPatch, code: str, there: str, here: str
) -> None:
    """A page knows whose it is; a command says which one it means, that of whoever runs it."""
    moment = datetime(2026, 11, 29, 11, 5, tzinfo=UTC)
    words = language(code)
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        said = words.moment(moment)
    time.tzset()
    assert said == here
    assert words.moment(moment, ZoneInfo("Europe/Moscow")) == there
    assert words.day(moment.date()) == there.partition(",")[0]


def test_an_unknown_language_is_english() -> None:
    """A browser that asks for German gets sentences, not an error."""
    assert language("de").code == "en"
