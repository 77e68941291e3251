"""python -m search adopt, and what doctor says of the source."""

from __future__ import annotations

import json

import pytest

from search.__main__ import main
from search.doctor import Verdict, examine
from search.language import language
from search.settings import Settings
from tests.addresses import as_url
from tests.founding import FoundingDatabases
from tests.search.adopting.conftest import BASE, SMALL, ask


@pytest.fixture
def shop(founding: FoundingDatabases, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """Point the environment at a shop's database; return its owner's address."""
    del settings
    monkeypatch.setenv("VECTOR_DATABASE_URL", as_url(founding.reads_vectors))
    monkeypatch.setenv("PICTURE_BASE_URL", BASE)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    return founding.catalogue


def test_the_command_tells_before_and_after(
    shop: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run writes nothing, a second run copies nothing, and what is left out has reasons."""
    assert main(["adopt", "--dry-run"]) == 1
    dry = capsys.readouterr()
    assert "Dry run" in dry.out
    assert ask(shop, "SELECT count(*) FROM likeness.products") == [(0,)]
    assert ask(shop, "SELECT count(*) FROM likeness.spaces") == [(0,)]
    assert main(["adopt"]) == 1
    copied = capsys.readouterr()
    assert copied.out == dry.out.split("\n", 1)[1]
    assert copied.err == dry.err
    assert f"Products: {SMALL} new, 0 changed" in copied.out
    assert "prices of offers that are negative, zero or absurd: " in copied.err
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert main(["adopt"]) == 1
    assert "ничего не изменилось" in capsys.readouterr().out


def test_a_script_gets_all_of_it(shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by space and reasons with places and words."""
    del shop
    main(["adopt", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["products"]["added"] == SMALL
    assert [vectors["model"] for vectors in told["vectors"]] == [
        "openai/clip-vit-base-patch16",
        "openai/clip-vit-base-patch32",
    ]
    assert {"reason", "count", "first", "words"} == set(told["left_out"][0])


def test_doctor_tells_what_is_there_and_how_fresh_the_copy_is(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fresh, gone, or which right is missing, with the statement that grants it."""

    def source() -> tuple[Verdict, str]:
        found = {f.check: f for f in examine(Settings.read, language("en"))}["Source"]
        return found.verdict, found.sentence

    main(["adopt"])
    capsys.readouterr()
    verdict, sentence = source()
    assert verdict is Verdict.OK
    assert "public.products, public.product_images" in sentence
    assert "as it is now" in sentence
    ask(shop, "REVOKE ALL ON projects FROM PUBLIC")
    ((user,),) = ask(shop, "SELECT 'reads_' || current_database()")
    ask(shop, f"REVOKE ALL ON projects FROM {user}")
    verdict, sentence = source()
    assert verdict is Verdict.WARNING
    assert f'GRANT SELECT ON "public"."projects" TO {user};' in sentence
    ask(shop, "ALTER TABLE products RENAME TO products_before")
    verdict, sentence = source()
    assert verdict is Verdict.WARNING
    assert "no tables products, product_images were found" in sentence


def test_nothing_to_adopt_is_an_error(
    on_database: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who asks for it is told what was looked for, and what else will do."""
    del on_database
    assert main(["adopt"]) == 1
    assert "CATALOGUE_QUERY" in capsys.readouterr().err
