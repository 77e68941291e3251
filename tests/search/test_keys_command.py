"""python -m search keys, as a person and a script meet it."""

from __future__ import annotations

import re

import pytest

from search.__main__ import main
from search.api_keys import Keys
from search.calls import utc_now
from search.errors import KeyUnknown
from search.store.store import Store

Captured = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("on_database")

MOMENT = r"\d+ \w+ 20\d\d, \d\d:\d\d \S+"


def made(capsys: Captured, *arguments: str) -> str:
    """Make a key, and return what stands alone on standard output."""
    assert main(["keys", "add", *arguments]) == 0
    told = capsys.readouterr()
    [key] = told.out.splitlines()
    assert "only time" in told.err
    assert key not in told.err
    return key


def test_a_key_is_made_shown_once_listed_and_revoked(capsys: Captured, store: Store) -> None:
    """A script takes it from standard output; the list has how it begins, and never more."""
    assert main(["keys", "list"]) == 0
    assert "There are no keys" in capsys.readouterr().out
    key = made(capsys, "shop", "--per-minute", "6")
    assert re.fullmatch(r"lk_[A-Za-z0-9_-]{43}", key)
    other = made(capsys, "stall")
    Keys(store.api_keys, utc_now).take(key)
    assert main(["keys", "list"]) == 0
    shop, stall = capsys.readouterr().out.splitlines()
    line = rf"{key[:7]}…  shop: 6 a minute, made {MOMENT}, last used {MOMENT}"
    assert re.fullmatch(line, shop)
    assert re.fullmatch(rf"{other[:7]}…  stall: 60 a minute, made {MOMENT}, never used", stall)
    assert main(["keys", "revoke", "shop"]) == 0
    assert re.fullmatch(rf"{line}, revoked {MOMENT}\n", capsys.readouterr().out)
    with pytest.raises(KeyUnknown):
        Keys(store.api_keys, utc_now).take(key)
    assert Keys(store.api_keys, utc_now).take(other).name == "stall"


def test_a_name_can_be_given_again_when_its_key_is_revoked(capsys: Captured) -> None:
    """A key is changed under one name; by how it begins, or by itself, it is revoked as well."""
    first = made(capsys, "shop")
    assert main(["keys", "add", " shop "]) == 1
    assert "a key in use with the name shop" in capsys.readouterr().err
    assert main(["keys", "revoke", first[:7]]) == 0
    assert "shop: 60 a minute" in capsys.readouterr().out
    second = made(capsys, "shop")
    assert second != first
    assert main(["keys", "revoke", second]) == 0
    assert second not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", " "], "it is empty"),
        (["add", "x" * 81], "at most 80 characters"),
        (["add", "LK_shop"], "begin with lk_"),
        (["revoke", "nobody"], "has the name or the beginning nobody"),
    ],
)
def test_what_cannot_be_done_is_said(
    capsys: Captured, store: Store, arguments: list[str], told: str
) -> None:
    """One sentence, exit code 1, and nothing changed."""
    assert main(["keys", *arguments]) == 1
    assert told in capsys.readouterr().err
    assert store.api_keys.all() == []


@pytest.mark.parametrize("command", ["add", "revoke"])
def test_a_key_in_the_wrong_place_is_not_repeated(capsys: Captured, command: str) -> None:
    """Who pastes a key where a name goes, or one that is none any more, leaves it in no log."""
    key = f"lk_{'secret-' * 6}x"
    assert main(["keys", command, key]) == 1
    assert "secret" not in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "6001", "-5", "many", "1.5"])
def test_a_limit_is_a_whole_number_of_searches(capsys: Captured, limit: str) -> None:
    """Anything else is said before a database is asked."""
    with pytest.raises(SystemExit):
        main(["keys", "add", "shop", f"--per-minute={limit}"])
    assert f"{limit} is no whole number from 1 to 6000" in capsys.readouterr().err


def test_keys_are_told_in_russian(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """LANG chooses, as for every other command."""
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert main(["keys", "add", "магазин"]) == 0
    assert "показан не будет" in capsys.readouterr().err
    assert main(["keys", "list"]) == 0
    assert "магазин: 60 в минуту, создан" in capsys.readouterr().out
