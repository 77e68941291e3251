"""A history in words: days of the reader's clock, and what each search says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from pages.parts.forgetting import forgotten_said
from pages.parts.history.folding import IN_ONE_GO, MOST_EARLIER, Fold, folded
from pages.parts.history.listing import Listing, by_day, day_said
from pages.parts.history.told import Reader, groups
from pages.parts.history.wishes import Act, Wish
from search.entries import Entry, Forgotten, Need
from search.hits import Product
from search.language import Language, language
from search.narrowing import Narrow, PriceRange
from search.subject import Kind, Subject

TEXTS = Path(__file__).parents[3] / "pages" / "texts"
ENGLISH, RUSSIAN = language("en", TEXTS), language("ru", TEXTS)
NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
UTC_ZONE, VLADIVOSTOK = ZoneInfo("UTC"), ZoneInfo("Asia/Vladivostok")
MUG = Product(7, "MUG-7", {"en": "Mug", "ru": "Кружка"}, None, None, None, None)
PHOTO = Subject(Kind.PHOTO, b"p" * 32)


def entry(**facts: Any) -> Entry:  # noqa: ANN401 - a field's value
    """Return a search of this morning."""
    whole: dict[str, Any] = {
        "id": UUID(int=7),
        "made_at": NOW - timedelta(minutes=25),
        "subject": PHOTO,
        "thumbnail": "api/photos/70",
        "product": None,
        "narrow": None,
        "shown": 50,
        "similar": 12,
        "best": MUG,
        "best_score": 0.8349,
        "title": "",
        "is_pinned": False,
        "best_picture": "ab",
    }
    return Entry(**whole | facts)


def told(made: Entry, t: Language = ENGLISH, address: str = "") -> dict[str, Any]:
    """Return what the component is told of a search that is not pinned."""
    reader = Reader(t, UTC_ZONE, NOW, {"mugs": {"en": "Mugs", "ru": "Кружки"}}, address)
    (group,) = groups(Listing((), (Fold(made),), has_older=False), reader)
    (only,) = group["entries"]
    return dict(only)


@pytest.mark.parametrize(
    ("days", "english", "russian"),
    [
        (0, "Today, 29 November", "Сегодня, 29 ноября"),
        (1, "Yesterday, 28 November", "Вчера, 28 ноября"),
        (2, "Friday, 27 November", "Пятница, 27 ноября"),
        (333, "Wednesday, 31 December 2025", "Среда, 31 декабря 2025"),
    ],
)
def test_a_day_is_a_heading(days: int, english: str, russian: str) -> None:
    """The last two by their names, the others by the weekday, with the year where it is past."""
    day = (NOW - timedelta(days=days)).date()
    said = [day_said(day, NOW, UTC_ZONE, t) for t in (ENGLISH, RUSSIAN)]
    assert said == [english, russian]


def test_days_are_those_of_the_readers_clock() -> None:
    """What was yesterday evening in Europe was this morning in Vladivostok."""
    moments = (NOW, NOW - timedelta(hours=12), NOW - timedelta(hours=24))
    made = [Fold(entry(made_at=moment)) for moment in moments]
    here = [(f"{day}", len(entries)) for day, entries in by_day(made, UTC_ZONE)]
    there = [(f"{day}", len(entries)) for day, entries in by_day(made, VLADIVOSTOK)]
    assert here == [("2026-11-29", 1), ("2026-11-28", 2)]
    assert there == [("2026-11-29", 2), ("2026-11-28", 1)]
    assert day_said(by_day(made, VLADIVOSTOK)[0][0], NOW, VLADIVOSTOK, ENGLISH).startswith("Today")


def test_a_search_with_a_photo() -> None:
    """When, how many, the best one; and its addresses, which a colleague can be sent."""
    said = told(entry())
    assert (said["subject"], said["name"], said["when"]) == ("Photo", "Photo, 09:05", "09:05")
    assert said["similar"] == "12 of 50 similar"
    assert said["best"] == {
        "name": "Mug",
        "score": "0.83",
        "said": "Similarity 0.83",
        "share": 0.8349,
        "picture": "api/pictures/ab?size=small",
    }
    assert said["open"] == said["share"] == f"./?search={UUID(int=7)}"
    assert said["again"] == f"./?search={UUID(int=7)}&again=1"


def test_a_chosen_language_goes_along_and_is_not_sent_to_a_colleague() -> None:
    """What is opened stays in the reader's language; an address is for anybody."""
    said = told(entry(), RUSSIAN, "ru")
    assert said["open"] == f"./?search={UUID(int=7)}&language=ru"
    assert said["share"] == f"./?search={UUID(int=7)}"
    assert (said["similar"], said["best"]["score"]) == ("Похожих: 12 из 50", "0,83")


def test_what_is_not_there_is_said() -> None:
    """Products that are gone, a search that found nothing, a photo of which nothing is kept."""
    gone = told(entry(best=None, best_picture=None, thumbnail=None))
    assert (gone["best"]["name"], gone["best"]["picture"]) == ("No longer in the catalogue", None)
    assert gone["picture"] is None
    nothing = told(entry(shown=0, similar=0, best=None, best_score=0.0))
    assert (nothing["similar"], nothing["best"]) == ("Nothing found", None)
    product = Subject(Kind.PRODUCT, b"v" * 32, product_id=7)
    assert told(entry(subject=product, product=MUG))["subject"] == "More like “Mug”"
    lost = told(entry(subject=product), RUSSIAN)
    assert lost["subject"] == "Похожие на товар, которого больше нет"


def test_what_it_was_narrowed_to_is_said() -> None:
    """Each thing by its name of today, a category that is gone by its number."""
    narrow = Narrow(("mugs", "lost"), ("Spring",), (), PriceRange(Decimal(100), None, "RUB"))
    said = told(entry(narrow=narrow))["narrow"]
    assert said == ["Mugs", "lost", "Project: Spring", "from RUB 100"]


def test_pinned_ones_come_first_and_are_dated() -> None:
    """They stand under no day, so they say theirs."""
    pinned = entry(is_pinned=True, title="For Anna")
    both = Listing((pinned,), (Fold(entry()),), has_older=False)
    first, second = groups(both, Reader(RUSSIAN, UTC_ZONE, NOW, {}))
    assert (first["title"], second["title"]) == ("Закреплённые", "Сегодня, 29 ноября")
    (only,) = first["entries"]
    assert only["when"] == RUSSIAN.moment(pinned.made_at, UTC_ZONE) == "29 нояб. 2026, 09:05"
    assert (only["name"], only["unnamed"]) == (f"For Anna, {only['when']}", f"Фото, {only['when']}")


def test_several_photos_are_counted() -> None:
    """Two or three of one thing."""
    several = Subject(Kind.PHOTOS, b"m" * 32, photos=(b"a" * 32, b"b" * 32, b"c" * 32))
    assert told(entry(subject=several))["subject"] == "3 photos of one thing"
    assert told(entry(subject=several), RUSSIAN)["subject"] == "3 фото одного товара"


@pytest.mark.parametrize(
    ("forgotten", "said"),
    [
        (Forgotten(Kind.PHOTO), "whatever was kept of its photo: the small picture"),
        (Forgotten(Kind.PHOTOS), "whatever was kept of its photos"),
        (Forgotten(Kind.PRODUCT), "No photo was kept"),
        (
            Forgotten(Kind.PHOTO, frozenset({Need.JUDGEMENT})),
            "What is kept of the photo stays: products were judged by it.",
        ),
        (
            Forgotten(Kind.PHOTOS, frozenset(Need)),
            "stays: another search was made with one of them; products were judged by them; one of",
        ),
    ],
)
def test_what_was_deleted_and_what_stays_is_said(forgotten: Forgotten, said: str) -> None:
    """With the reason: somebody else needs it."""
    assert said in forgotten_said(forgotten, ENGLISH)
    assert forgotten_said(forgotten, RUSSIAN)


def ids(folds: Iterable[Fold]) -> list[list[int]]:
    """Return the numbers of the searches, those of a fold together."""
    return [[one.id.int for one in (fold.latest, *fold.earlier)] for fold in folds]


def test_what_was_searched_in_one_go_is_one_entry() -> None:
    """The latest first; another photo, a name or an hour between begins another one."""
    other = Subject(Kind.PHOTO, b"o" * 32)
    mug, again = (Subject(Kind.PRODUCT, b"v" * 32, product_id=7, picture=one) for one in "ab")
    cup = Subject(Kind.PRODUCT, b"v" * 32, product_id=8)
    made: list[tuple[dict[str, Any], timedelta]] = [
        ({"title": "For Anna"}, timedelta()),
        ({}, timedelta(minutes=1)),
        ({"subject": other}, timedelta(minutes=1)),
        ({}, timedelta(minutes=1)),
        ({"title": "For Ben"}, timedelta(minutes=1)),
        ({}, IN_ONE_GO),
        ({}, IN_ONE_GO + timedelta(seconds=1)),
        ({"subject": mug}, timedelta()),
        ({"subject": again}, timedelta()),
        ({"subject": cup}, timedelta()),
    ]
    at, entries = NOW, []
    for number, (facts, before) in enumerate(made):
        at -= before
        entries.append(entry(id=UUID(int=number), made_at=at, **facts))
    assert ids(folded(entries)) == [[0, 1], [2], [3], [4, 5], [6], [7, 8], [9]]
    assert ids(folded([])) == []


def test_a_fold_has_an_end() -> None:
    """However often somebody searches with one photo, no search is lost and none is there twice."""
    entries = [entry(id=UUID(int=number)) for number in range(2 * MOST_EARLIER + 5)]
    folds = ids(folded(entries))
    assert [len(fold) for fold in folds] == [MOST_EARLIER + 1, MOST_EARLIER + 1, 3]
    assert [one for fold in folds for one in fold] == list(range(2 * MOST_EARLIER + 5))


def test_folded_searches_follow_the_latest() -> None:
    """Each has all that is its own, and names the one that it is folded into."""
    narrow = Narrow(("mugs",))
    fold = Fold(entry(), (entry(id=UUID(int=6), narrow=narrow, made_at=NOW - timedelta(days=1)),))
    reader = Reader(ENGLISH, UTC_ZONE, NOW, {}, "")
    (group,) = groups(Listing((), (fold,), has_older=False), reader)
    latest, earlier = group["entries"]
    assert (latest["under"], earlier["under"]) == ("", str(UUID(int=7)))
    assert (earlier["open"], earlier["narrow"]) == (f"./?search={UUID(int=6)}", ["mugs"])


def test_whatever_a_browser_sends_is_read() -> None:
    """Wishes come in their order; what is none is left out."""
    sent = [
        {"number": 3, "act": "rename", "search": "x" * 500, "title": "y" * 500},
        {"number": 2, "act": "forget", "search": "id", "earlier": ["a", None, "b" * 500]},
        {"number": "4", "act": "pin"},
        {"number": 5, "act": "burn"},
        {"number": 6, "act": ["pin"]},
        {"act": "pin"},
        "pin",
        None,
    ]
    read = Wish.read(sent)
    assert [(wish.number, wish.act) for wish in read] == [(2, Act.FORGET), (3, Act.RENAME)]
    assert read[0].earlier == ("a", "b" * 100)
    assert (len(read[1].search), len(read[1].title)) == (100, 81)
    nothing: tuple[object, ...] = (None, "pin", {}, 7)
    assert not any(Wish.read(other) for other in nothing)
