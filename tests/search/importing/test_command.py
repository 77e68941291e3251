"""python -m search import and demo --remove, as a person and a script meet them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from search.__main__ import main
from search.commands.problem_lines import PROBLEMS_SHOWN
from search.demo.loading import EVALUATION_SETS, SOURCE
from search.store.evaluation_sets import NewPhoto
from search.store.store import Store
from search.vectors import CLIP
from tests.addresses import as_url
from tests.catalogues import products, unit_vectors
from tests.judged import judgement

Paint = Callable[..., bytes]
Captured = pytest.CaptureFixture[str]
Dump = Callable[[], object]

pytestmark = pytest.mark.usefixtures("on_database")


def test_from_a_folder_to_a_search(
    capsys: Captured, shop: Path, picture: Paint, dump: Dump
) -> None:
    """Dry run, import, import again, index, search: each says what the next step is."""
    before = dump()
    assert main(["import", "folder", str(shop), "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Dry run: nothing is written.")
    assert "shop, products: 3 new, 0 changed, 0 unchanged, 0 left out." in told
    assert "python -m search index" not in told
    assert dump() == before
    assert main(["import", "folder", str(shop)]) == 0
    told = capsys.readouterr().out
    assert told.endswith("3 pictures have no vector yet. Next: python -m search index.\n")
    assert main(["index"]) == 0
    capsys.readouterr()
    assert main(["import", "folder", str(shop)]) == 0
    told = capsys.readouterr().out
    assert told.endswith("Nothing has changed since the last import.\n")
    photo = shop.parent / "photo.png"
    photo.write_bytes(picture("blue"))
    assert main(["search", str(photo)]) == 0
    assert "1.00  hats/blue" in capsys.readouterr().out.splitlines()[0]


@pytest.fixture
def demo(store: Store) -> None:
    """Put two products and a set of the demo's into the catalogue: the whole takes its time."""
    store.products.add(SOURCE, products(unit_vectors(2)))
    store.evaluation_sets.add(EVALUATION_SETS[0], [NewPhoto(b"\0" * 32, "photo", ())])
    store.evaluation_sets.add("Autumn", [NewPhoto(b"\0" * 32, "photo", ())])


@pytest.mark.usefixtures("demo")
def test_the_demo_makes_room(capsys: Captured, shop: Path, store: Store) -> None:
    """A hint first, then on demand; its products and sets go, the shop's stay."""
    assert main(["import", "folder", str(shop), "--dry-run", "--replace-demo"]) == 0
    assert "2 products of the demo would be removed." in capsys.readouterr().out
    assert main(["import", "folder", str(shop)]) == 0
    assert "python -m search demo --remove takes them out" in capsys.readouterr().out
    assert store.products.count()[0] == 5
    assert main(["import", "folder", str(shop), "--replace-demo"]) == 0
    assert "2 products of the demo were removed." in capsys.readouterr().out
    assert store.products.count() == (3, 3)
    assert [known.name for known in store.evaluation_sets.all()] == ["Autumn"]


@pytest.mark.usefixtures("demo")
def test_the_demo_is_removed_by_a_command(capsys: Captured, store: Store) -> None:
    """With its vectors and what people judged; a second time there is nothing to remove."""
    (number, _) = store.products.numbers(["ART-0", "ART-1"]).values()
    store.judgements.add([judgement(number)])
    assert main(["demo", "--remove"]) == 0
    assert main(["demo", "--remove"]) == 0
    assert capsys.readouterr().out == (
        "2 products of the demo were removed.\n0 products of the demo were removed.\n"
    )
    assert store.products.count() == (0, 0)
    assert store.embeddings.count(CLIP) == 0


@pytest.mark.usefixtures("demo")
def test_the_demo_stays_when_nothing_takes_its_place(
    capsys: Captured, tmp_path: Path, store: Store
) -> None:
    """An empty folder is an error with a next step."""
    (tmp_path / "empty").mkdir()
    assert main(["import", "folder", str(tmp_path / "empty"), "--replace-demo", "--prune"]) == 1
    assert "There is nothing in" in capsys.readouterr().err
    assert store.products.count()[0] == 2


def test_a_script_gets_json(capsys: Captured, tmp_path: Path, picture: Paint) -> None:
    """Counts and every problem; the exit code says that something was left out."""
    (tmp_path / "red.png").write_bytes(picture("red"))
    (tmp_path / "goods.csv").write_text(
        "article,name,price,picture,colour\nA1,a,free,red.png,red\nA2,b,,https://shop.example/b.jpg,\n"
    )
    assert main(["import", "csv", str(tmp_path / "goods.csv"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["products"]["added"], told["pictures"]["to_fetch"]) == (
        "goods",
        2,
        1,
    )
    assert told["ignored_columns"] == ["colour"]
    assert told["left_out"] == {"importing.bad_price": 1}
    assert told["problems"][0]["where"] == "goods.csv:2"
    assert "no price" in told["problems"][0]["reason"]
    assert (told["without_vector"], told["demo"]) == (2, {"products": 0, "removed": False})


def test_a_terminal_is_not_flooded(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each kind of problem some are listed and the rest counted, in Russian as well."""
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    rows = [f"A{number},a,no\n" for number in range(PROBLEMS_SHOWN + 5)]
    (tmp_path / "goods.csv").write_text("".join(["article,name,picture\n", *rows]))
    assert main(["import", "csv", str(tmp_path / "goods.csv"), "--name", "Осень"]) == 1
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == PROBLEMS_SHOWN + 1
    assert printed.err.splitlines()[-1] == "… и ещё 5 таких же записей; --json покажет все."
    assert printed.out.startswith("Осень, товары: новых 25, ")


def test_a_query_may_stand_in_a_file_and_its_database_in_a_variable(
    capsys: Captured, tmp_path: Path, conninfo: str, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    """The password is on no command line; without an address it is the app's own database."""
    (tmp_path / "goods.sql").write_text(
        "-- what we sell\nSELECT 'A1' AS article, 'a' AS name, '' AS picture;\n"
    )
    query = f"@{tmp_path / 'goods.sql'}"
    assert main(["import", "sql", "--query", query]) == 0
    monkeypatch.setenv("SHOP_URL", as_url(conninfo))
    assert main(["import", "sql", "--query", query, "--database", "SHOP_URL"]) == 0
    assert "Nothing has changed" in capsys.readouterr().out
    assert store.imports.count("goods") == 1
    assert main(["import", "sql", "--query", query, "--database", "NO_SUCH_URL"]) == 1
    assert "name of a variable" in capsys.readouterr().err
    assert main(["import", "sql", "--query", "@gone.sql"]) == 1
    assert "gone.sql" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "told"), [("adopted", "from the shop's own tables"), ("demo", "the demo catalogue")]
)
def test_likeness_own_names_are_refused(
    capsys: Captured, shop: Path, dump: Dump, name: str, told: str
) -> None:
    """One catalogue would mix with the other, and pruning would destroy it; also in a dry run."""
    (shop / "goods.csv").write_text("article,name,picture\nA1,a,\n")
    query = "SELECT 'A1' AS article, 'a' AS name, '' AS picture"
    before = dump()
    for way in (["folder", str(shop)], ["csv", str(shop / "goods.csv")], ["sql", "--query", query]):
        for options in ([], ["--dry-run"], ["--prune"]):
            assert main(["import", *way, "--name", f" {name}", *options]) == 1
            said = capsys.readouterr().err
            assert said.startswith("What is imported cannot have this name: ")
            assert told in said
    assert dump() == before


def test_without_an_encoder_there_is_an_import_all_the_same(
    capsys: Captured, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with the token is said by who needs it."""
    monkeypatch.setenv("HUGGINGFACE_API_TOKEN", "Bearer x")
    assert main(["import", "folder", str(shop)]) == 0
    assert capsys.readouterr().out.endswith("Next: python -m search index.\n")


def test_a_folder_is_called_like_itself(
    shop: Path, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    """Also where it is named by a point."""
    monkeypatch.chdir(shop)
    assert main(["import", "folder", "."]) == 0
    monkeypatch.chdir(shop / "hats")
    assert main(["import", "folder", ".."]) == 0
    assert store.imports.count("shop") == 3
