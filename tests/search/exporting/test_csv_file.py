"""CSV as Excel and scripts open it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from search.batch.rows import PhotoRow
from search.exporting.batches import list_sheet
from search.exporting.csv_file import csv_of, harmless
from search.exporting.results import results_sheet
from search.formulas import may_run
from search.language import language
from search.threshold import Threshold
from search.tuning.scales import Scale
from search.vectors import CLIP
from tests.search.exporting.made_up import ADDRESS, OFFERS, a_product, a_search, some_rows


def opened(written: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """Open a file as a spreadsheet does."""
    assert written.startswith(b"\xef\xbb\xbf")
    text = written.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_a_search_comes_back_as_it_was_found() -> None:
    """Rank, score, side of the line, and all that the catalogue knows; numbers as they are."""
    written = csv_of(results_sheet(a_search(), language("en"), ADDRESS, None), language("en"))
    rows = opened(written)
    assert [row["Rank"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["By the saved threshold"] for row in rows] == [
        "above",
        "above",
        "doubtful",
        "below",
    ]
    assert [float(row["Similarity"]) for row in rows] == [0.91, 0.75, 0.7499, 0.62]
    first = rows[0]
    assert first["Name"] == "Mug 1"
    assert (first["Price"], first["Currency"]) == ("1490.50", "RUB")
    assert (first["Search"], first["Link"]) == (ADDRESS, "https://shop.example/1")
    assert "Picture" not in first


def test_a_russian_excel_opens_it() -> None:
    """Cyrillic by the mark of UTF-8, semicolons between cells, and decimal commas."""
    words = language("ru")
    product = a_product(1, offers=OFFERS)
    rows = opened(csv_of(results_sheet(a_search(product), words, "", None), words), ";")
    assert rows[0]["Название"] == "Кружка 1"
    assert (rows[0]["Сходство"], rows[0]["Цена"]) == ("0,91", "1490,50")
    assert rows[0]["По сохранённому порогу"] == "выше порога"
    offers = rows[0]["Предложения"].replace("\N{NO-BREAK SPACE}", " ")
    assert offers == "100 шт. · 490,50 ₽ / 6,10 $ · sea · 30 дней; 400 ₽"


@pytest.mark.parametrize(
    ("code", "saved", "default", "either"),
    [
        (
            "en",
            "By the saved threshold",
            "By the default threshold",
            "By its search's threshold",
        ),
        (
            "ru",
            "По сохранённому порогу",
            "По порогу по умолчанию",
            "По порогу своего поиска",
        ),
    ],
)
def test_it_is_said_whether_anybody_saved_the_line(
    code: str, saved: str, default: str, either: str
) -> None:
    """Of a search, and of a set in the middle of which somebody saved the first one."""
    words, found = language(code), a_search()
    unsaved = replace(found, threshold=Threshold(0.75, CLIP))
    rows = [PhotoRow(n, f"{n}.jpg").done(one) for n, one in enumerate((unsaved, found), 1)]
    sheets = [
        results_sheet(found, words, "", None),
        results_sheet(unsaved, words, "", None),
        list_sheet(rows[:1], words, lambda _: ""),
        list_sheet(rows, words, lambda _: ""),
    ]
    names = [{column.name for column in sheet.columns} for sheet in sheets]
    said = [named & {saved, default, either} for named in names]
    assert said == [{saved}, {default}, {default}, {either}]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "＝1"]
)
def test_nothing_in_a_cell_is_run(text: str) -> None:
    """Whatever stands in a catalogue, or in a file's name, is a text."""
    product = a_product(1, article=text, name={"en": text}, link=text, project=text)
    sheet = results_sheet(a_search(product), language("en"), "", None)
    (row,) = opened(csv_of(sheet, language("en")))
    cells = (row["Article"], row["Name"], row["Link"], row["Project"])
    assert cells == (f"'{text}",) * 4


@pytest.mark.parametrize("code", ["en", "ru"])
@pytest.mark.parametrize("read_with", [",", ";", "|"])
@pytest.mark.parametrize(
    "text",
    [
        'foo,=HYPERLINK("http://x")',
        "foo;=1+1,",
        "a|@SUM(A1)|",
        'a,"=1+1,',
        "a;;-1+cmd|'/C calc'!A0",
        "a;\t=1+1",
    ],
)
def test_nothing_in_a_cell_is_run_where_cells_are_parted_otherwise(
    code: str, read_with: str, text: str
) -> None:
    """A file of one country is opened in another, where half a name would begin a cell."""
    words = language(code)
    product = a_product(1, article=text, name={code: text}, link=text, project=text)
    written = csv_of(results_sheet(a_search(product), words, "", None), words)
    file = io.StringIO(written.decode("utf-8-sig"), newline="")
    assert not [
        cell for row in csv.reader(file, delimiter=read_with) for cell in row if may_run(cell)
    ]


@pytest.mark.parametrize(
    "text", ["Кружка, -20%", "https://maps.example/@51.5,-0.12,15z", "a; +b", "1,5;-2;3", "a=b,c"]
)
def test_what_runs_nothing_stays_as_it_is(text: str) -> None:
    """Names, coordinates and lists are no formulas."""
    assert harmless(text) == text


@pytest.mark.parametrize("code", ["en", "ru"])
def test_every_cell_is_in_quotes(code: str) -> None:
    """A spreadsheet that takes commas and semicolons alike keeps each cell whole."""
    words = language(code)
    sheet = results_sheet(a_search(a_product(1)), words, "", None)
    for line in csv_of(sheet, words).decode("utf-8-sig").splitlines():
        between = f'"{words.text("exporting.csv_delimiter")}"'
        assert len(line.removeprefix('"').split(between)) == len(sheet.columns)


def test_products_with_one_picture_share_a_rank() -> None:
    """None is lost because another one stands for it."""
    search = a_search()
    twins = (a_product(8), a_product(9))
    search = replace(search, hits=(replace(search.hits[0], same=twins), *search.hits[1:]))
    rows = opened(csv_of(results_sheet(search, language("en"), "", None), language("en")))
    assert [(row["Rank"], row["Article"]) for row in rows[:3]] == [
        ("1", "ART-1"),
        ("1", "ART-8"),
        ("1", "ART-9"),
    ]


def test_another_scale_has_the_cosine_beside_it() -> None:
    """So that files of two thresholds can be compared."""
    search = a_search(scale=Scale.RELATIVE)
    (first, *_) = opened(csv_of(results_sheet(search, language("en"), "", None), language("en")))
    assert (first["Similarity"], first["Cosine"]) == ("0.91", "0.91")


def test_a_set_has_a_row_for_each_photo_and_product() -> None:
    """In order; a photo without products says why, and is not forgotten."""
    written = csv_of(list_sheet(some_rows(), language("en"), lambda _: ADDRESS), language("en"))
    rows = opened(written)
    assert [row["No."] for row in rows] == ["1"] * 4 + ["2"] * 4 + ["3", "4"]
    assert [row["Rank"] for row in rows[:4]] == ["1", "2", "3", "4"]
    assert rows[4]["Note"] == "The same photo as number 1"
    assert rows[8]["Photo"] == "'=3.jpg"
    assert rows[8]["Note"].startswith("This is not a picture")
    assert rows[9]["Note"].startswith("Not searched")
    assert {row["Search"] for row in rows} == {ADDRESS, ""}


def test_a_set_of_which_nothing_was_found_is_a_file_as_well() -> None:
    """With the reasons."""
    rows = some_rows()[2:]
    found = opened(csv_of(list_sheet(rows, language("en"), lambda _: ""), language("en")))
    assert [row["No."] for row in found] == ["3", "4"]
