"""CSV files as spreadsheets and shops write them, with everything that can be wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from search.commands.problem_lines import problem_lines
from search.errors import ImportColumns, ImportUnreadable
from search.importing.csv_file import CsvSource
from search.importing.report import ImportReport
from search.importing.values import LONGEST_NAME
from search.language import LANGUAGES, language
from search.store.import_changes import ProductFields
from search.store.store import Store

Paint = Callable[..., bytes]
Run = Callable[..., ImportReport]
Dump = Callable[[], object]

HEAD = "article,name,category,price,currency,link,picture\n"
WEB = "https://shop.example/"


@pytest.fixture
def table(tmp_path: Path, picture: Paint) -> Callable[[str], CsvSource]:
    """Return what writes a table beside two pictures, `red.png` and `sub/blue.png`."""
    (tmp_path / "shop" / "sub").mkdir(parents=True)
    (tmp_path / "shop" / "red.png").write_bytes(picture("red"))
    (tmp_path / "shop" / "sub" / "blue.png").write_bytes(picture("blue"))
    (tmp_path / "secret.png").write_bytes(picture("black"))

    def write(text: str, encoding: str = "utf-8") -> CsvSource:
        (tmp_path / "shop" / "goods.csv").write_text(text, encoding)
        return CsvSource(tmp_path / "shop" / "goods.csv")

    return write


Table = Callable[..., CsvSource]


def reasons(report: ImportReport) -> dict[str, str]:
    """Return what was left out: the place, and the key of the reason."""
    return {problem.where: problem.kind.removeprefix("importing.") for problem in report.problems}


def test_a_table_becomes_a_catalogue(store: Store, run: Run, table: Table) -> None:
    """Fields, pictures on disk and on the web; the latter have no content until indexing."""
    report = run(
        table(
            f'{HEAD}A1,Red mug,Mugs,"1 490,50",rub,{WEB}a1,red.png|{WEB}a1.jpg\n'
            "A2,Кружка,Кружки,,,,sub\\blue.png\n"
        )
    )
    assert (report.problems, report.products.added, report.pictures.added) == ([], 2, 3)
    assert report.awaited == 1
    found = store.imports.find("shop", ["A1", "A2"])
    assert found["A1"].fields == ProductFields(
        "A1", {"en": "Red mug"}, "mugs", Decimal("1490.50"), "RUB", f"{WEB}a1"
    )
    assert found["A2"].fields == ProductFields("A2", {"ru": "Кружка"}, "кружки")
    assert [p.address for p in found["A1"].pictures] == ["red.png", f"{WEB}a1.jpg"]
    assert [p.original is None for p in found["A1"].pictures] == [False, True]
    assert [p.address for p in found["A2"].pictures] == ["sub/blue.png"]


def test_as_a_russian_spreadsheet_writes_it(store: Store, run: Run, table: Table) -> None:
    """A mark before everything, semicolons, capitals, names in two languages, unknown columns."""
    report = run(
        table(
            "\ufeffArticle;Name_RU;name_en;Category_ru;category_en;Price;Picture;Остаток\r\n"
            "A1;Кружка;Mug;Кружки;Mugs;12,5;red.png;7\r\n"
        )
    )
    assert (report.problems, report.ignored) == ([], ("остаток",))
    fields = store.imports.find("shop", ["A1"])["A1"].fields
    assert fields.name == {"en": "Mug", "ru": "Кружка"}
    assert fields.price == Decimal("12.50")
    assert store.products.category_names() == {"mugs": {"en": "Mugs", "ru": "Кружки"}}


def test_importing_twice_changes_nothing(run: Run, table: Table, dump: Dump) -> None:
    """Also where fields are empty, categories share a name, and pictures are on the web."""
    source = table(f"{HEAD}A1,a,Mugs,1.5,EUR,,red.png\nA2,b,mugs,,,,{WEB}b.jpg\nA3,,,,,,\n")
    run(source)
    before = dump()
    report = run(source)
    assert dump() == before
    assert report.changes_nothing
    assert (report.products.unchanged, report.pictures.unchanged) == (3, 2)


def test_what_changed_is_brought_up_to_date_and_named(store: Store, run: Run, table: Table) -> None:
    """A price, and a category's name in a further language; everything else stays."""
    run(table(f"{HEAD}A1,a,Mugs,1.5,EUR,{WEB},red.png\nA2,b,Mugs,2,EUR,,sub/blue.png\n"))
    report = run(table(f"{HEAD}A1,a,Mugs,1.75,EUR,{WEB},red.png\nA2,b,Mugs,2,EUR,,sub/blue.png\n"))
    assert (report.products.changed, report.products.unchanged) == (1, 1)
    assert report.fields == {"price": 1}
    assert store.imports.find("shop", ["A1"])["A1"].fields.price == Decimal("1.75")
    more = "article,name,category_en,category_ru,picture\nA2,b,Mugs,Кружки,sub/blue.png\n"
    report = run(table(more), prune=True)
    assert report.fields == {"category": 1, "price": 1, "currency": 1}
    assert report.products.removed == 1
    assert store.products.category_names() == {"mugs": {"en": "Mugs", "ru": "Кружки"}}


def test_several_rows_of_an_article_add_pictures(store: Store, run: Run, table: Table) -> None:
    """Wherever in the file they stand; what they say differently is told, the first word counts."""
    report = run(
        table(
            f"{HEAD}A1,a,,1,,,red.png\nA2,b,,,,,{WEB}b.jpg\n"
            f"A1,,,2,,,{WEB}a.jpg\nA1,a,,,,,red.png|sub/../sub/blue.png\n"
        )
    )
    assert reasons(report) == {"goods.csv:4": "contradiction"}
    product = store.imports.find("shop", ["A1"])["A1"]
    assert product.fields.price == 1
    assert [p.address for p in product.pictures] == ["red.png", f"{WEB}a.jpg", "sub/blue.png"]
    assert report.products.added == 2


def test_everything_that_can_be_wrong_in_a_row(store: Store, run: Run, table: Table) -> None:
    """Each has its place and its reason; the product comes in without what is wrong."""
    rows = [
        ",nameless,,,,,red.png",
        f"{'x' * 201},long,,,,,red.png",
        "B1,a,,12 apples,,,",
        'B2,a,,"1,490",,,',
        "B3,a,,1,dollars,,",
        "B4,a,,1,,javascript:alert(1),",
        "B5,a,,,,,gone.png",
        "B6,a,,,,,../secret.png",
        "B7,a,,,,,/etc/passwd",
        "B8,a,,,,,C:\\secret.png",
        "B9,a,,,,,file:///etc/passwd",
        "B10,a,,,,,ftp://shop.example/a.jpg",
        "B11,a,,,,,https://user:secret@shop.example/a.jpg",
        "B12,a,,,,,goods.csv",
        "B13,a,,,,,sub",
        "B14,a,,,,,red.png|../shop/red.png",
    ]
    report = run(table(HEAD + "\n".join(rows) + "\n"))
    assert reasons(report) == {
        "goods.csv:2": "no_article",
        "goods.csv:3": "long_article",
        "goods.csv:4": "bad_price",
        "goods.csv:5": "ambiguous_price",
        "goods.csv:6": "bad_currency",
        "goods.csv:7": "bad_link",
        "goods.csv:8 gone.png": "no_file",
        "goods.csv:9 ../secret.png": "outside",
        "goods.csv:10 /etc/passwd": "outside",
        "goods.csv:11 C:\\secret.png": "outside",
        "goods.csv:12 file:///etc/passwd": "bad_scheme",
        "goods.csv:13 ftp://shop.example/a.jpg": "bad_scheme",
        "goods.csv:14 https://…@shop.example/a.jpg": "bad_address",
        "goods.csv:15 goods.csv": "photo_unsupported",
        "goods.csv:16 sub": "not_regular",
        "goods.csv:17 ../shop/red.png": "outside",
    }
    assert (report.products.added, report.products.left_out) == (14, 2)
    assert (report.pictures.added, report.pictures.left_out) == (1, 10)
    assert store.imports.count("shop") == 14
    for code in LANGUAGES:
        told = list(problem_lines(report, language(code)))
        assert len(told) == len(report.problems)
        assert not [line for line in told if "secret@" in line or ", …" in line]


def test_a_link_does_not_lead_out_of_the_folder(run: Run, table: Table, tmp_path: Path) -> None:
    """Whoever sent the table with its pictures gets to name none of our files."""
    source = table(f"{HEAD}A1,a,,,,,link.png\nA2,a,,,,,out/secret.png\n")
    (tmp_path / "shop" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "shop" / "out").symlink_to(tmp_path)
    assert set(reasons(run(source)).values()) == {"outside"}


def test_rows_that_nobody_can_name_forbid_pruning(store: Store, run: Run, table: Table) -> None:
    """A row without an article may be the product that looks gone."""
    run(table(f"{HEAD}A1,a,,,,,red.png\nA2,b,,,,,sub/blue.png\n"))
    report = run(table(f"{HEAD}A1,a,,,,,red.png\n,b,,,,,sub/blue.png\n"), prune=True)
    assert (report.products.gone, report.products.removed) == (1, 0)
    assert store.imports.count("shop") == 2


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("article,name\nA1,a\n", ImportColumns, "picture / pictures"),
        ("sku,title,image\n1,a,b\n", ImportColumns, "article / id, name / name_en / name_ru"),
        ('article,name,picture\n"A1,a\n', ImportUnreadable, "no CSV file"),
        ("article,name,picture\nA\0,a,\n", ImportUnreadable, "no CSV file"),
        (
            "id,name,ID,picture,note,note\n1,a,2,b,,\n",
            ImportUnreadable,
            "several columns called id",
        ),
    ],
)
def test_what_is_no_table_gets_a_sentence(
    run: Run, table: Table, text: str, error: type[Exception], told: str
) -> None:
    """Before anything of it is stored, also where the fault stands behind good rows."""
    with pytest.raises(error, match=told):
        run(table(text))
    assert run(table(f"{HEAD}A1,a,,,,,red.png\n")).products.added == 1


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_what_parts_the_cells_is_what_parts_the_names_of_the_columns(
    store: Store, run: Run, table: Table, between: str
) -> None:
    """Also where one of the names holds what parts those of other tables."""
    head, row = ["article", '"a, b; c"', "name", "picture"], ["A1", "x", "y" * 200_000, "red.png"]
    report = run(table(f"{between.join(head)}\n{between.join(row)}\n"))
    assert (report.products.added, report.pictures.added) == (1, 1)
    assert store.imports.find("shop", ["A1"])["A1"].fields.name == {"en": "y" * LONGEST_NAME}


def test_a_table_in_another_encoding_gets_a_sentence(run: Run, table: Table) -> None:
    """Read as something else, every name would be spoilt without a word."""
    with pytest.raises(ImportUnreadable, match="CSV UTF-8"):
        run(table(f"{HEAD}A1,Кружка,,,,,red.png\n", "cp1251"))
    with pytest.raises(ImportUnreadable):
        run(CsvSource(Path("/nowhere/goods.csv")))
