"""What the products that words find can be narrowed by: counts that hold when one is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from psycopg.types.json import Jsonb

from search.finding import MOST, Finding, Found
from search.narrowing import Narrow, PriceRange, Trait
from search.store.database import Database
from search.store.facets import Value
from search.store.store import Store
from search.store.word_counts import WordCounts
from search.vectors import CLIP
from search.word_facets import WordFaceting
from tests.search.test_finding import BAGS, CUPS, GOODS, change

# One word looks like the other with a typo.
MORE = (("CN-1", "Candle", "Свеча", "cups"), ("HN-1", "Handle", "Рукоять", "bags"))
TEXTS = (
    "кружка", "mug", "синяя", "blue", "рюкзак", "bp", "BP-1042.50", "рюкзк синй", "h.rpfr", "cbybq",
    "посуда красная", "для", "бщфъжэ", "1042", "тепло", "ручка", "A5", "керамичиская кржка",
    "candle", "kandle",
)  # fmt: skip
VALUES = {
    Trait.CATEGORY: {"bags", "cups"},
    Trait.PROJECT: {"День города 2026"},
    Trait.REGION: {"Ural", "Volga"},
}
NARROWS = (
    Narrow(),
    Narrow(categories=("cups",)),
    Narrow(categories=("bags", "nowhere")),
    Narrow(regions=("Ural",)),
    Narrow(("cups",), regions=("Ural", "Volga"), price=PriceRange(highest=Decimal(160))),
    Narrow(projects=("День города 2026",), price=PriceRange(currency="USD")),
)


@pytest.fixture(scope="module")
def store(shared_conninfo: str) -> Iterator[Store]:
    """Fill a small catalogue with regions, of which one product has a vector and one no price."""
    store = Store.on(Database(shared_conninfo))
    store.imports.write(
        "shop", {"bags": BAGS, "cups": CUPS}, [change(one) for one in (*GOODS, *MORE)]
    )
    with store.database.connection() as connection:
        connection.execute(
            "UPDATE likeness.products SET region = CASE"
            " WHEN article_number IN ('BP-1042.50', 'MG 1', 'MG 2') THEN 'Ural'"
            " WHEN article_number IN ('АВ-77', 'TK/5', 'CN-1') THEN 'Volga' END,"
            " price = CASE WHEN article_number <> 'MG 2' THEN price END,"
            " currency = CASE WHEN article_number = 'MG 2' THEN NULL"
            " WHEN article_number = 'TK/5' THEN 'USD' ELSE currency END"
        )
    yield store
    store.close()


@pytest.fixture
def finding(store: Store) -> Finding:
    """Find in the space of CLIP."""
    return Finding(store.words, lambda: CLIP)


@pytest.fixture
def faceting(store: Store, finding: Finding) -> WordFaceting:
    """Count what is found."""
    return WordFaceting(store.word_counts, store.facets, finding.meant, lambda: CLIP)


@pytest.mark.parametrize("text", TEXTS)
def test_a_count_is_what_is_found_when_it_is_chosen(
    finding: Finding, faceting: WordFaceting, text: str
) -> None:
    """Whatever else is chosen, however the text is read: as many products, with a vector or not."""
    facets = faceting.of(text)
    for narrow in NARROWS:
        counted = facets.count(narrow)
        found = finding.find(text, MOST, narrow)
        assert counted.products == facets.products(narrow) == len(found.matches) == found.total
        for facet in counted.facets:
            counts = {value.value: value.products for value in facet.values}
            for value in VALUES[facet.trait] | counts.keys():
                chosen = narrow.having(facet.trait, value)
                found = finding.find(text, MOST, chosen)
                assert counts.get(value, 0) == len(found.matches), (value, narrow)
        any_price = Narrow(narrow.categories, narrow.projects, narrow.regions)
        everything = len(finding.find(text, MOST, any_price).matches)
        if counted.prices:
            priced = sum(span.products for span in counted.prices)
            assert priced + counted.unpriced == everything


def test_only_what_the_words_find_is_offered(faceting: WordFaceting) -> None:
    """What all of it shares is no choice; what was chosen can be taken back, with its name."""
    blue = faceting.of("синяя").count()
    assert {facet.trait for facet in blue.facets} == {Trait.CATEGORY, Trait.REGION}
    categories = {value.value: (value.products, value.name) for value in blue.facets[0].values}
    assert categories == {"bags": (2, BAGS), "cups": (1, CUPS)}
    mugs = faceting.of("кружка")
    assert Trait.CATEGORY not in {facet.trait for facet in mugs.count().facets}
    (chosen, *_) = mugs.count(Narrow(categories=("bags",))).facets
    assert chosen.values == (Value("bags", 0, BAGS), Value("cups", 3, CUPS))


def test_values_are_looked_for_among_them(faceting: WordFaceting) -> None:
    """By any word of their names, and no more than wanted are given."""
    facets = faceting.of("синяя")
    (categories, *_) = facets.count(texts={Trait.CATEGORY: "посу"}).facets
    assert ([value.value for value in categories.values], categories.different) == (["cups"], 1)
    (categories, *_) = facets.count(limit=1).facets
    assert ([value.value for value in categories.values], categories.different) == (["bags"], 2)


def test_filters_do_not_change_how_a_text_is_read(finding: Finding) -> None:
    """What is spelt rightly finds nothing among others rather than what looks like it."""
    bags = Narrow(categories=("bags",))
    assert len(finding.find("candle").matches) == 1
    assert finding.find("candle", narrow=bags) == Found(())
    assert finding.find("xandle", narrow=bags).total == 1


def test_it_is_said_how_many_there_are_beside_those_shown(finding: Finding) -> None:
    """By articles, by words, and where articles take all places."""
    assert (len(finding.find("кружка", 2).matches), finding.find("кружка", 2).total) == (2, 3)
    assert finding.find("bp", 1).total == finding.find("bp").total == 3
    assert finding.find("bp", 1, Narrow(projects=("День города 2026",))).total == 1


@pytest.mark.parametrize("text", ["", "…", "к" * 500])
def test_what_is_nothing_to_look_for_leaves_nothing(faceting: WordFaceting, text: str) -> None:
    """Whoever looks for it is told so; the filters beside it are empty."""
    counted = faceting.of(text).count(Narrow(categories=("bags",)))
    assert (counted.products, counted.prices, len(counted.facets)) == (0, (), 1)


def test_each_question_is_one_statement_until_products_change(
    store: Store, faceting: WordFaceting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was counted is remembered."""
    asked: list[Narrow] = []
    count = WordCounts.count

    def listening(counts: WordCounts, meant: object, narrow: Narrow) -> object:
        asked.append(narrow)
        return count(counts, meant, narrow)  # type: ignore[arg-type]

    monkeypatch.setattr(WordCounts, "count", listening)
    cups = Narrow(categories=("cups",))
    for _ in range(3):
        faceting.of("notebook").count(cups)
        faceting.of("notebook").products(cups)
        faceting.of("notebook").unpriced(cups)
    assert asked == [Narrow(), cups]
    with store.database.connection() as connection:
        connection.execute(
            "INSERT INTO likeness.products (source, key, article_number, name, category_id)"
            " VALUES ('shop', 'new', 'NEW', %s, 'cups')",
            (Jsonb({"en": "Notebook", "ru": "Тетрадь"}),),
        )
    assert faceting.of("notebook").products(cups) == 1
