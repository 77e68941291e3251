"""python -m search keys, as a person and a script meet it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from search.__main__ import main
from search.access.roles import Role
from search.api_keys import Keys
from search.calls import utc_now
from search.errors import DemoLinkEnded, KeyUnknown
from search.store.store import Store

Captured = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("on_database")

SIGN_IN = {
    "PUBLIC_URL": "https://likeness.example.org/shop/",
    "OIDC_ISSUER": "https://id.example.org",
    "OIDC_CLIENT_ID": "likeness",
    "OIDC_CLIENT_SECRET": "known to both",
    "COOKIE_SECRET": "0123456789abcdef" * 2,
    "OPERATORS": "anna@example.org",
}
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
    line = rf"{key[:7]}…  shop: viewer, 6 a minute, made {MOMENT}, last used {MOMENT}"
    assert re.fullmatch(line, shop)
    assert re.fullmatch(
        rf"{other[:7]}…  stall: viewer, 60 a minute, made {MOMENT}, never used", stall
    )
    assert main(["keys", "revoke", "shop"]) == 0
    assert re.fullmatch(rf"{line}, revoked {MOMENT}\n", capsys.readouterr().out)
    with pytest.raises(KeyUnknown):
        Keys(store.api_keys, utc_now).take(key)
    assert Keys(store.api_keys, utc_now).take(other).name == "stall"


def test_a_key_is_made_in_a_role_and_with_an_end(capsys: Captured, store: Store) -> None:
    """The list says both, and of one that is over since when."""
    key = made(capsys, "notes", "--role", "analyst", "--days", "30")
    made(capsys, "metrics", "--role=operator")
    found = Keys(store.api_keys, utc_now).look(key)
    assert found.role is Role.ANALYST
    assert found.expires_at == found.created_at + timedelta(days=30)
    assert main(["keys", "list"]) == 0
    notes, metrics = capsys.readouterr().out.splitlines()
    line = rf"{key[:7]}…  notes: analyst, 60 a minute, made {MOMENT}, last used {MOMENT}"
    assert re.fullmatch(rf"{line}, until {MOMENT}", notes)
    assert re.fullmatch(rf".{{7}}…  metrics: operator, 60 a minute, made {MOMENT}, .*used", metrics)
    with store.database.connection() as connection:
        connection.execute("UPDATE likeness.api_keys SET expires_at = created_at")
    assert main(["keys", "list"]) == 0
    assert re.fullmatch(rf"{line}, ended {MOMENT}", capsys.readouterr().out.splitlines()[0])


def test_a_demo_link_is_printed_to_be_sent(
    capsys: Captured, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone on standard output, whole; beside it until when it holds and how much it may."""
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    assert main(["keys", "demo", "Expo", "--days", "3", "--per-minute", "5"]) == 0
    told = capsys.readouterr()
    [link] = told.out.splitlines()
    beginning, key = link[: -len(f"lk_{43 * 'x'}")], link[-len(f"lk_{43 * 'x'}") :]
    assert beginning == "https://likeness.example.org/shop/?demo="
    assert re.fullmatch(
        rf"This is the only time .* until {MOMENT}, all together 5 times a minute; .*\n", told.err
    )
    assert "lk_" not in told.err
    found = Keys(store.api_keys, utc_now).look_demo(key)
    assert (found.name, found.per_minute, found.role) == ("Expo", 5, Role.GUEST)
    assert found.expires_at == found.created_at + timedelta(days=3)
    assert main(["keys", "list"]) == 0
    line = rf"{key[:7]}…  Expo: demo link, 5 a minute, made {MOMENT}, last used {MOMENT}"
    assert re.fullmatch(rf"{line}, until {MOMENT}\n", capsys.readouterr().out)
    assert main(["keys", "revoke", "Expo"]) == 0
    assert re.fullmatch(rf"{line}, revoked {MOMENT}\n", capsys.readouterr().out)
    with pytest.raises(DemoLinkEnded):
        Keys(store.api_keys, utc_now).look_demo(key)


def test_a_demo_link_says_what_it_still_lacks(capsys: Captured, store: Store) -> None:
    """The app's address, and that anybody is asked at all; it is made all the same."""
    assert main(["keys", "demo", "Expo"]) == 0
    told = capsys.readouterr()
    assert re.fullmatch(r"/\?demo=lk_[A-Za-z0-9_-]{43}\n", told.out)
    made, address, sign_in = told.err.splitlines()
    assert "10 times a minute" in made
    assert "PUBLIC_URL" in address
    assert "nobody is asked" in sign_in
    assert "OIDC_ISSUER" in sign_in
    [kept] = store.api_keys.all()
    assert kept.expires_at == kept.created_at + timedelta(days=14)


@pytest.mark.parametrize("role", ["guest", "Viewer", "", "admin"])
def test_a_key_has_one_of_three_roles(capsys: Captured, role: str) -> None:
    """A guest's is a demo link, which has a command of its own."""
    with pytest.raises(SystemExit):
        main(["keys", "add", "shop", f"--role={role}"])
    assert "none of the choices: viewer, analyst, operator" in capsys.readouterr().err


@pytest.mark.parametrize("way", ["add", "demo"])
@pytest.mark.parametrize("days", ["0", "3651", "-1", "soon", "1.5"])
def test_an_end_is_a_whole_number_of_days(capsys: Captured, way: str, days: str) -> None:
    """Anything else is said before a database is asked."""
    with pytest.raises(SystemExit):
        main(["keys", way, "shop", f"--days={days}"])
    assert f"{days} is no whole number of days from 1 to 3650" in capsys.readouterr().err


def test_a_name_can_be_given_again_when_its_key_is_revoked(capsys: Captured) -> None:
    """A key is changed under one name; by how it begins, or by itself, it is revoked as well."""
    first = made(capsys, "shop")
    assert main(["keys", "add", " shop "]) == 1
    assert "a key in use with the name shop" in capsys.readouterr().err
    assert main(["keys", "revoke", first[:7]]) == 0
    assert "shop: viewer, 60 a minute" in capsys.readouterr().out
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
        (["demo", " "], "it is empty"),
        (["demo", "lk_Expo"], "begin with lk_"),
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


@pytest.mark.parametrize("command", ["add", "demo", "revoke"])
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
    assert "магазин: роль «наблюдатель», 60 в минуту, создан" in capsys.readouterr().out
    assert main(["keys", "demo", "выставка"]) == 0
    assert "Больше ссылка показана не будет" in capsys.readouterr().err
    assert main(["keys", "revoke", "выставка"]) == 0
    assert "выставка: ключ демо-ссылки, 10 в минуту, создан" in capsys.readouterr().out
