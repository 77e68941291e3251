"""Judgements as files: CSV out and in, and TREC's relevance judgements."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from search.errors import JudgementsUnreadable
from search.judgement import Origin, Verdict
from search.judgements_csv import COLUMNS, RowProblem
from search.judging import Judging
from search.language import language
from search.store.database import Database
from search.store.store import Store
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import products, unit_vectors
from tests.judged import judgement, print_of, stock

HEAD = "photo,article,verdict,who\n"
PHOTO = print_of(0).hex()
OTHER = VectorSpace("some/model", "v2")
# Each of them begins as a formula does, or as what was made harmless; or breaks lines and columns.
NASTY = ("=1+1", "+7 900", "-5", "@SUM(A1)", "'=x", "''y", "'z", 'a "b", c;d', "Анна", "x\u2028y")


@pytest.fixture
def judging(store: Store) -> Judging:
    """Return the service on a database of the test's own."""
    return Judging(store, lambda: CLIP)


def fill(store: Store) -> list[int]:
    """Return the numbers of products, the last of which has names that look like formulas."""
    store.products.add("=src", [replace(p, article="@art") for p in products(unit_vectors(1))])
    store.photos.add(print_of(99), Embedding(unit_vectors(1)[0], OTHER))  # which makes it known
    return [*stock(store, len(NASTY)), store.products.numbers(["@art"])["@art"]]


def judge_everything(judging: Judging, store: Store) -> None:
    """Record judgements with every value that a column can have, some of them overruled."""
    numbers = fill(store)
    for place, who in enumerate(NASTY):
        said = judgement(numbers[place], list(Verdict)[place % 3], who=who, photo=place)
        judging.record(
            replace(
                said,
                origin=list(Origin)[place % 3],
                similarity=None if place % 2 else -0.1 - place / 70,
                space=OTHER if place % 2 else CLIP,
                made_at=datetime(2024, 5, place + 1, 9, 30, 0, 123456, tzinfo=UTC),
            )
        )
    judging.record(judgement(numbers[-1]))
    judging.record(judgement(numbers[-1], Verdict.DIFFERENT))


def test_a_round_trip_loses_nothing(
    judging: Judging, store: Store, empty_database: Callable[[], str]
) -> None:
    """Another database with the same catalogue says exactly the same after the import."""
    judge_everything(judging, store)
    exported = "".join(judging.export_csv())
    other_store = Store.on(Database(empty_database()))
    try:
        fill(other_store)
        other = Judging(other_store, lambda: CLIP)
        report = other.import_csv(exported)
        assert (report.added, report.known, report.problems) == (len(NASTY) + 2, 0, ())
        assert "".join(other.export_csv()) == exported
        assert other.import_csv(exported).added == 0
        assert "".join(other.export_csv()) == exported
        assert "".join(other.export_qrels()) == "".join(judging.export_qrels())
    finally:
        other_store.close()


def test_what_was_taken_back_is_not_handed_on(judging: Judging, store: Store) -> None:
    """Nor does importing an older file bring it back."""
    (number,) = stock(store, 1)
    said = judgement(number)
    judging.record(said)
    before = "".join(judging.export_csv())
    judging.undo(said.id, "Anna")
    assert list(judging.export_csv()) == [",".join(COLUMNS) + "\r\n"]
    report = judging.import_csv(before)
    assert (report.added, report.known) == (0, 1)
    assert judging.verdicts(print_of(0)).all == {}


def test_no_cell_is_a_formula(judging: Judging, store: Store) -> None:
    """What somebody wrote as a name must not run on the machine of who opens the file."""
    judge_everything(judging, store)
    rows = list(csv.reader(io.StringIO("".join(judging.export_csv()), newline="")))
    assert len(rows) == len(NASTY) + 3
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_big_export_comes_piece_by_piece(
    judging: Judging, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every judgement comes once, in the order in which it was made, whatever a piece holds."""
    monkeypatch.setattr("search.store.judgements.AT_ONCE", 7)
    numbers = stock(store, 28)
    store.judgements.add([judgement(number) for number in numbers])
    lines = list(judging.export_csv())
    assert [line.split(",")[2] for line in lines[1:]] == [f"ART-{n}" for n in range(28)]


def test_a_file_from_elsewhere_needs_three_columns(judging: Judging, store: Store) -> None:
    """The rest is filled in, and the same file adds nothing when it comes again."""
    stock(store, 2)
    text = f"verdict,photo,article\nmatch,{PHOTO},ART-0\n\ndifferent,{PHOTO},ART-1\n"
    report = judging.import_csv(text)
    assert (report.added, report.problems) == (2, ())
    assert judging.import_csv(text).added == 0
    (first, _) = [listed.judgement for listed in store.judgements.all()]
    assert (first.who, first.origin, first.space) == ("anonymous", Origin.IMPORT, CLIP)
    assert first.made_at is not None


def test_a_file_as_a_russian_spreadsheet_writes_it(judging: Judging, store: Store) -> None:
    """Semicolons between cells, a comma in numbers, a mark before everything."""
    stock(store, 1)
    text = f"\ufeffphoto;article;verdict;similarity\r\n{PHOTO};ART-0;MATCH;0,71\r\n"
    assert judging.import_csv(text).added == 1
    (listed,) = store.judgements.all()
    assert listed.judgement.similarity == 0.71


def test_rows_that_cannot_be_used_are_named_and_the_others_kept(
    judging: Judging, store: Store
) -> None:
    """Each has its line and a sentence in the reader's language."""
    stock(store, 1)
    columns = "photo,article,verdict,who,similarity,made_at,origin,id"
    good = UUID(int=5)
    rows = [
        f"{PHOTO},ART-0,match,Anna,0.5,2024-05-17T09:30:00Z,search,{good}",
        f"{PHOTO},nothing,match,Anna,,,,",
        f"{PHOTO[:-2]},ART-0,match,Anna,,,,",
        f"{PHOTO},ART-0,maybe,Anna,,,,",
        f"{PHOTO},ART-0,match,{'x' * 81},,,,",
        f"{PHOTO},ART-0,match,Anna,nan,,,",
        f"{PHOTO},ART-0,match,Anna,2,,,",
        f"{PHOTO},ART-0,match,Anna,,yesterday,,",
        f"{PHOTO},ART-0,match,Anna,,,elsewhere,",
        f"{PHOTO},ART-0,match,Anna,,,,5",
        f"{PHOTO},ART-0",
    ]
    report = judging.import_csv("\n".join([columns, *rows]))
    assert report.added == 1
    assert [problem.line for problem in report.problems] == list(range(3, 13))
    assert [listed.judgement.id for listed in store.judgements.all()] == [good]
    for code in ("en", "ru"):
        told = [_told(problem, code) for problem in report.problems]
        assert len(set(told)) == len(told) - 1 - 1  # twice a similarity, twice a verdict
        assert all("…" not in sentence for sentence in told)


def test_a_file_makes_no_spaces(judging: Judging, store: Store) -> None:
    """Each is a table of its own: a made-up model is a problem of its row, and nothing more."""
    (number,) = stock(store, 1)
    judging.record(replace(judgement(number), space=OTHER))
    before = store.judgements.spaces()
    names = [str(OTHER), "clip-ViT-B-32", "", "made-up", "some/model@v3", "m" * 9000]
    rows = [f"{PHOTO},ART-0,match,P{place},{name}" for place, name in enumerate(names)]
    report = judging.import_csv("\n".join([f"{HEAD.strip()},space", *rows]))
    assert report.added == 3
    assert [problem.reason for problem in report.problems] == ["judgements.no_space"] * 3
    assert all(len(str(problem.facts["space"])) <= 81 for problem in report.problems)
    assert store.judgements.spaces() == before
    kept = [listed.judgement.space for listed in store.judgements.all()]
    assert kept == [OTHER, OTHER, CLIP, CLIP]


@pytest.mark.parametrize(
    "time",
    [
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01",
        "1969-12-31T23:59:59Z",
    ],
)
def test_a_time_that_cannot_be_is_refused(judging: Judging, store: Store, time: str) -> None:
    """Kept, it would break every export from then on."""
    stock(store, 1)
    rows = f"{PHOTO},ART-0,match,Anna,{time}\n{PHOTO},ART-0,match,Boris,2024-05-17T09:30:00+03:00\n"
    report = judging.import_csv(f"{HEAD.strip()},made_at\n{rows}")
    assert report.added == 1
    told = [(problem.line, problem.reason) for problem in report.problems]
    assert told == [(2, "judgements.impossible_time")]
    assert "2024-05-17T06:30:00+00:00" in "".join(judging.export_csv())


def test_who_changed_their_mind_twice_keeps_the_last_word(judging: Judging, store: Store) -> None:
    """Rows without ids that say the same are several judgements, and still known the next time."""
    (number,) = stock(store, 1)
    rows = [f"{PHOTO},ART-0,{verdict},Anna\n" for verdict in ("match", "different", "match")]
    text = "".join([HEAD, *rows])
    assert judging.import_csv(text).added == 3
    assert judging.verdicts(print_of(0)).all == {number: Verdict.MATCH}
    again = judging.import_csv(text)
    assert (again.added, again.known) == (0, 3)


def test_a_file_is_read_as_utf_8_and_as_nothing_else(judging: Judging, store: Store) -> None:
    """A name in another encoding would come in as somebody else."""
    stock(store, 1)
    text = f"\ufeff{HEAD}{PHOTO},ART-0,match,Анна\n"
    assert judging.import_file(text.encode()).added == 1
    (listed,) = store.judgements.all()
    assert listed.judgement.who == "Анна"
    for encoding in ("utf-16", "cp1251"):
        with pytest.raises(JudgementsUnreadable, match="UTF-8"):
            judging.import_file(text.removeprefix("\ufeff").encode(encoding))


def _told(problem: RowProblem, code: str) -> str:
    facts = dict.fromkeys(problem.facts, "*")
    return language(code).text(problem.reason, **facts)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a,b,c\n1,2,3\n", "photo,article\n", "photo,article,verdict\n\0", f'{HEAD}"x'],
    ids=["empty", "blank", "other columns", "a column short", "binary", "a quote left open"],
)
def test_what_is_no_table_of_judgements_is_refused(judging: Judging, text: str) -> None:
    """Nothing of it is kept, and the sentence says what is missing."""
    with pytest.raises(JudgementsUnreadable, match="no file of judgements"):
        judging.import_csv(text)


def test_a_source_tells_products_of_one_article_apart(judging: Judging, store: Store) -> None:
    """Two catalogues may use the same numbers."""
    for source in ("one", "two"):
        store.products.add(source, products(unit_vectors(1)))
    text = f"photo,source,article,verdict\n{PHOTO},two,ART-0,match\n{PHOTO},three,ART-0,match\n"
    report = judging.import_csv(text)
    assert report.added == 1
    assert [problem.line for problem in report.problems] == [3]
    (listed,) = store.judgements.all()
    assert listed.product.source == "two"
    assert list(judging.export_qrels()) == [f"{PHOTO} 0 two:ART-0 1\n"]


def test_relevance_judgements_are_what_most_people_say(judging: Judging, store: Store) -> None:
    """Four columns a line; draws and doubts are left out, and an article stays one word."""
    names = ("A 1%", "B\u00a02", "C", "D")
    named = zip(names, products(unit_vectors(4)), strict=True)
    store.products.add("test", [replace(product, article=name) for name, product in named])
    numbers = store.products.numbers(names)
    for article, verdicts in (
        ("A 1%", (Verdict.MATCH, Verdict.MATCH, Verdict.DIFFERENT)),
        ("B\u00a02", (Verdict.DIFFERENT,)),
        ("C", (Verdict.MATCH, Verdict.DIFFERENT)),
        ("D", (Verdict.UNSURE,)),
    ):
        for place, verdict in enumerate(verdicts):
            judging.record(judgement(numbers[article], verdict, who=f"P{place}"))
    assert list(judging.export_qrels()) == [
        f"{PHOTO} 0 A%201%25 1\n",
        f"{PHOTO} 0 B%C2%A02 0\n",
    ]
