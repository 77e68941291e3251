"""Finding products by what somebody types: articles, words, typos, endings, the wrong keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import LiteralString

import pytest

from search.errors import FindingError, TextEmpty, TextTooLong
from search.finding import LONGEST_TEXT, Finding, Fit, Found
from search.language import language
from search.layouts import other_layouts
from search.narrowing import Narrow, PriceRange
from search.spelling import Known, Typed, levels
from search.store.database import Database
from search.store.import_changes import GivenVector, NewPicture, ProductChange, ProductFields
from search.store.store import Store
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import unit_vectors

BAGS = {"en": "Bags and backpacks", "ru": "Сумки и рюкзаки"}
CUPS = {"en": "Drinkware", "ru": "Посуда"}
GOODS = (
    ("BP-1042.50", "Laptop backpack Forrest, blue", "Рюкзак для ноутбука Форрест, синий", "bags"),
    ("BP-1042.30", "Laptop backpack Forrest, red", "Рюкзак для ноутбука Форрест, красный", "bags"),
    ("BP-2000", "City backpack, dark green", "Городской рюкзак, тёмно-зелёный, 20 л", "bags"),
    ("АВ-77", "Shopping bag", "Сумка-шопер, синяя", "bags"),
    ("MG 1", "Ceramic mug, blue", "Кружка керамическая, синяя, 350 мл", "cups"),
    ("MG 2", "Ceramic mug, red", "Кружка керамическая, красная, 500мл", "cups"),
    ("TK/5", "Travel mug", "Термокружка стальная", "cups"),
    ("NB-7", "Notebook A5, 100% recycled", "Блокнот А5, лён", None),
    ("PN_9", "Pen", "Ручка «Ёлка», чёрная", None),
)


@pytest.fixture(scope="module")
def store(shared_conninfo: str) -> Iterator[Store]:
    """Fill a small catalogue that is only read: most have a picture, one of them a vector."""
    store = Store.on(Database(shared_conninfo))
    store.imports.write("shop", {"bags": BAGS, "cups": CUPS}, [change(one) for one in GOODS])
    yield store
    store.close()


def change(one: tuple[str, str, str, str | None]) -> ProductChange:
    """Return a product with its picture, if it is no pen, and a vector, if it is the notebook."""
    article, en, ru, category = one
    said = ProductFields(
        article=article,
        name={"en": en, "ru": ru},
        category_id=category,
        price=Decimal(len(en) * 10),
        currency="RUB",
        project="День города 2026" if article == "BP-2000" else None,
        description="Двойные стенки сохраняют тепло." if article == "TK/5" else None,
    )
    picture = NewPicture("https://shop.example/1.jpg", 0, None)
    vector = GivenVector(picture.address, None, Embedding(unit_vectors(1)[0], CLIP))
    return ProductChange(
        article,
        None,
        said,
        () if article == "PN_9" else (picture,),
        (),
        (),
        (vector,) if article == "NB-7" else (),
    )


@pytest.fixture
def finding(store: Store) -> Finding:
    """Find in the space of CLIP."""
    return Finding(store.words, lambda: CLIP)


def articles(found: Found) -> list[str]:
    """Name what was found, in its order."""
    return [match.product.article for match in found.matches]


@pytest.mark.parametrize(
    "text",
    ["BP-1042.50", "bp1042.50", " bp 1042 50 ", "ВР-1042.50", "вр104250", "BP\N{EN DASH}1042/50"],
)
def test_an_article_is_found_however_it_is_written(finding: Finding, text: str) -> None:
    """Without dashes, in small letters, with Russian letters that look the same: it comes first."""
    best = finding.find(text).matches[0]
    assert (best.product.article, best.fit, best.score) == ("BP-1042.50", Fit.ARTICLE, 1.0)


def test_articles_that_begin_so_follow_the_very_one(finding: Finding) -> None:
    """In their order, before whatever has it among its words."""
    found = finding.find("BP1042")
    assert articles(found) == ["BP-1042.30", "BP-1042.50"]
    assert {match.fit for match in found.matches} == {Fit.BEGINNING}
    assert articles(finding.find("АВ")) == articles(finding.find("ab-")) == ["АВ-77"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Кружка", ["MG 1", "MG 2", "TK/5"]),
        ("синяя кружка", ["MG 1"]),
        ("blue mug", ["MG 1"]),
        ("MUG синяя", ["MG 1"]),
        ("синие кружки", ["MG 1"]),
        ("рюкзаки синие", ["BP-1042.50", "АВ-77"]),
        ("зеленый", ["BP-2000"]),
        ("темнозеленый", ["BP-2000"]),
        ("елка", ["PN_9"]),
        ("ЁЛКА", ["PN_9"]),
        ("е\N{COMBINING DIAERESIS}лка", ["PN_9"]),
        ("чёрную ручку", ["PN_9"]),
        ("рюкз", ["BP-2000", "BP-1042.50", "BP-1042.30", "АВ-77"]),
        ("термо кружка", ["TK/5"]),
        ("350мл", ["MG 1"]),
        ("500 мл", ["MG 2"]),
        ("A5", ["NB-7"]),
        ("а5 блокнот", ["NB-7"]),
        ("посуда красная", ["MG 2"]),
        ("drinkware steel", []),
        ("рюкзак день города", ["BP-2000"]),
        ("стенка тепло", ["TK/5"]),
        ("рюкзак 1042", ["BP-1042.50", "BP-1042.30"]),
        ("блокнот для ноутбука", []),
        ("сумка и для", ["АВ-77", "BP-2000", "BP-1042.50", "BP-1042.30"]),
        ("для", ["BP-1042.50", "BP-1042.30"]),
    ],
)
def test_every_word_fits_somewhere(finding: Finding, text: str, expected: list[str]) -> None:
    """Name in either language, category, project, description; endings, parts, ё, case."""
    assert articles(finding.find(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("рюкзк синй", "BP-1042.50"),
        ("ркюзак крсный", "BP-1042.30"),
        ("bagpack", "BP-2000"),
        ("блакнод", "NB-7"),
        ("notbook", "NB-7"),
        ("керамичиская кржка", "MG 1"),
        ("градской рюгзак", "BP-2000"),
    ],
)
def test_typos_are_forgiven(finding: Finding, text: str, expected: str) -> None:
    """In each word one or two; what is spelt rightly is not mixed with what looks like it."""
    found = finding.find(text)
    assert articles(found)[0] == expected
    assert found.matches[0].score < 0.9


def test_who_spells_rightly_sees_no_neighbours() -> None:
    """A word that is there leaves out those that look like it, and keeps its own forms."""
    known = (
        Known("ручка", is_form=True),
        Known("ручки", is_form=True),
        Known("рубка", is_form=False),
    )
    typed = Typed("ручка", known=known)
    strict = [word for level in levels(typed, strictly=True) for word in level.words]
    loose = [word for level in levels(typed, strictly=False) for word in level.words]
    assert (sorted(set(strict)), sorted(set(loose))) == (
        ["ручка", "ручки"],
        ["рубка", "ручка", "ручки"],
    )


@pytest.mark.parametrize(
    ("text", "read_as", "expected"),
    [
        ("h.rpfr", "рюкзак", "BP-2000"),
        ("RHE:RF", "КРУЖКА", "MG 1"),
        ("rhe;rf cbyzz", "кружка синяя", "MG 1"),
        ("ифслзфсл", "backpack", "BP-2000"),
        ("изЮ1042/50", "bp>1042/50", "BP-1042.50"),
        ("cbybq h.rpfr", "синий рюкзак", "BP-1042.50"),
    ],
)
def test_the_other_keyboard_layout_is_tried_when_nothing_fits(
    finding: Finding, text: str, read_as: str, expected: str
) -> None:
    """Both ways round, and it is said how the text was read."""
    found = finding.find(text)
    assert articles(found)[0] == expected
    assert found.read_as == read_as
    assert finding.find("рюкзак").read_as is None


def test_layouts_are_each_others_reverse() -> None:
    """Every key; what is on neither keyboard stays."""
    russian = "йцукенгшщзхъфывапролджэячсмитьбюё ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
    (latin,) = other_layouts(russian)
    assert other_layouts(latin) == [russian]
    assert other_layouts("123 – №") == []


@pytest.mark.parametrize("text", ["бщфъжэ", "xyzzy", "что-то совсем другое", "ещ", "BX-"])
def test_nothing_found_is_no_error(finding: Finding, text: str) -> None:
    """And two letters are not read as another two."""
    assert finding.find(text) == Found(())


@pytest.mark.parametrize(
    "text",
    [
        "%", "_", "\\", "'", '"', "--", "%%%", "'; DROP TABLE likeness.products; --", "кру%ка",
        "к_ужка", "кружка\\", "':*", "!кружка", "кружка & | ( )", "кружка:*A", "<->", "$1", "%s",
        "%(text)s", "{words}", "\N{ZERO WIDTH SPACE}", "🎒", "²", "①", "Ǆ",
    ],
)  # fmt: skip
def test_signs_are_signs(finding: Finding, text: str) -> None:
    """Wildcards, quotes and operators mean nothing: what stands between them is looked for."""
    if not any(map(str.isalnum, text)):
        with pytest.raises(TextEmpty):
            finding.find(text)
        return
    found = finding.find(text)
    assert set(articles(found)) <= {"MG 1", "MG 2", "TK/5"}
    assert found.matches or "кружка" not in text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", TextEmpty),
        (" \n\t ", TextEmpty),
        ("…", TextEmpty),
        ("\0", TextEmpty),
        ("к" * (LONGEST_TEXT + 1), TextTooLong),
    ],
)
def test_what_is_nothing_to_look_for_is_said(
    finding: Finding, text: str, kind: type[FindingError]
) -> None:
    """In both languages, with the limit."""
    with pytest.raises(kind) as caught:
        finding.find(text)
    said = {language(code).error(caught.value).sentence for code in ("en", "ru")}
    assert len(said) == 2
    assert all(str(LONGEST_TEXT) in one for one in said) == (kind is TextTooLong)


def test_a_text_of_the_longest_length_is_looked_for(finding: Finding) -> None:
    """As many short words as that is, and one long one; a NUL and half a character cost nothing."""
    assert finding.find("я " * (LONGEST_TEXT // 2)) == Found(())
    assert finding.find("ы" * LONGEST_TEXT) == Found(())
    assert articles(finding.find("круж\0ка си\udcffняя")) == ["MG 1"]


def test_words_in_other_letters_are_not_compared_with_every_word(store: Store) -> None:
    """No index knows them: a text of forty would take the server seconds, whoever asks."""
    with store.words.looking(CLIP, Narrow()) as looking:

        def number(statement: LiteralString) -> int:
            row = looking._connection.execute(statement).fetchone()
            return int(row[0]) if row else 0

        read = "SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'words'"
        before = number(read)
        assert [one.word for one in looking.typed("蓝色水杯")] == ["蓝色水杯"]
        assert number(read) - before < number("SELECT count(*) FROM likeness.words")


def test_only_what_it_is_narrowed_to_is_found(finding: Finding) -> None:
    """By articles and by words."""
    cups = Narrow(categories=("cups",))
    assert articles(finding.find("синяя", narrow=cups)) == ["MG 1"]
    assert articles(finding.find("BP", narrow=cups)) == []
    cheap = Narrow(price=PriceRange(highest=Decimal(200), currency="RUB"))
    assert articles(finding.find("кружка", narrow=cheap)) == ["MG 1", "MG 2", "TK/5"]
    dear = Narrow(price=PriceRange(lowest=Decimal(160), currency="RUB"))
    assert articles(finding.find("кружка", narrow=dear)) == ["MG 1", "MG 2"]
    town = Narrow(projects=("День города 2026",))
    assert articles(finding.find("рюкзак", narrow=town)) == ["BP-2000"]


def test_no_more_is_found_than_wanted(finding: Finding) -> None:
    """The best of it; articles take their places before words."""
    assert articles(finding.find("рюкзак", limit=1)) == ["BP-2000"]
    assert len(finding.find("bp", limit=2).matches) == 2
    assert len(finding.find("рюкзак", limit=0).matches) == 1


def test_it_is_told_what_can_be_searched_from(finding: Finding, store: Store) -> None:
    """A vector in the active space is what "more like this" takes; a product may lack a picture."""
    (notebook,) = finding.find("блокнот").matches
    assert notebook.is_indexed
    assert notebook.picture == str(notebook.picture_id)
    (pen,) = finding.find("ручка").matches
    assert (pen.is_indexed, pen.picture, pen.picture_id) == (False, None, None)
    elsewhere = Finding(store.words, lambda: VectorSpace("another", "1", 512))
    assert not elsewhere.find("блокнот").matches[0].is_indexed
