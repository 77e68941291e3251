"""Streamlit's cookie says who is signed in, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from hypothesis import given, settings
from hypothesis import strategies as some
from itsdangerous import URLSafeTimedSerializer
from pydantic import SecretStr
from streamlit import config
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from pages.parts import running, signed_in
from search.access.sign_in_steps import SEAL
from search.access.signed_out import SignedOut
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, SettingError
from search.settings import Settings
from search.store.database import Database
from search.store.sign_outs import SignOuts
from search.store.store import Store
from tests.asgi import run
from tests.search.conftest import PixelEncoder

SECRET = "a secret of at least thirty-two characters"
NAME = "_streamlit_user"
ORIGIN = "https://likeness.example.org"
CLAIMS = {"sub": "1", "email": "anna@example.org", "origin": ORIGIN, "is_logged_in": True}
SET_UP = Settings(
    public_url=f"{ORIGIN}/shop",
    oidc_issuer="https://id.example.com/realms/one/",
    oidc_client_id="likeness",
    oidc_client_secret=SecretStr("client"),
    cookie_secret=SecretStr(SECRET),
    operators="*",
    sign_in_hours=24,
)
OWN = f"""
[auth]
redirect_uri = "{ORIGIN}/shop/oauth2callback"
cookie_secret = "{SECRET}"

[auth.google]
client_id = "1"
client_secret = "2"
server_metadata_url = "https://accounts.google.com/.well-known/openid-configuration"

[auth.entra]
client_id = "3"
client_secret = "4"
server_metadata_url = "https://login.example.com/.well-known/openid-configuration"
client_kwargs = {{ scope = "openid email" }}
"""

# Of which a signature is written.
_LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"

Write = Callable[[str], Path]


@pytest.fixture(scope="module")
def nothing_ended(shared_conninfo: str) -> Iterator[SignOuts]:
    """Return a table in which no sign-in has ended."""
    with closing(Store.on(Database(shared_conninfo))) as store:
        yield store.sign_outs


@pytest.fixture(autouse=True)
def _no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_ended: SignOuts
) -> Iterator[None]:
    """Let Streamlit know of no secrets before a test, and of none after it."""
    monkeypatch.setattr(signed_in, "_signed_out", SignedOut(lambda: nothing_ended))
    monkeypatch.setattr(signed_in, "read_settings", lambda: SET_UP)
    monkeypatch.setattr(st.secrets, "_file_watchers_installed", True)  # nobody waits for changes
    before, path = config.get_option("secrets.files"), config.get_option("server.baseUrlPath")
    config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
    config.set_option("server.baseUrlPath", "/shop/")
    _forget()
    yield
    _forget()
    config.set_option("secrets.files", before)
    config.set_option("server.baseUrlPath", path)


def _forget() -> None:
    st.secrets._reset()
    st.secrets._programmatic_secrets = None
    signed_in._longest_days.cache_clear()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write Streamlit's file of secrets."""

    def written(text: str) -> Path:
        file = tmp_path / "secrets.toml"
        file.write_text(text, "utf-8")
        return file

    return written


@pytest.fixture
def process(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Return what starts a process anew: it has the database of before, and forgot all else."""
    engine = SearchEngine(Settings(), store, PixelEncoder())

    def start() -> None:
        monkeypatch.setattr(running._running, "_engine", engine)
        monkeypatch.setattr(signed_in, "_signed_out", SignedOut(running.get_sign_outs))

    yield start
    engine.close()


def end_sign_in(left: Mapping[str, str]) -> None:
    """Sign out, as the event loop of a process does."""
    run(signed_in.end_sign_in(left))


def cookies(claims: object, secret: str = SECRET) -> dict[str, str]:
    """Return the cookies that Streamlit would give for claims, in as many pieces as it takes."""
    written: dict[str, str] = {}

    def sign(name: str, value: str) -> bytes:
        return create_signed_value(secret, name, value)

    def keep(name: str, value: str) -> None:
        written[name] = sign(name, value).decode()

    said: Any = claims
    set_cookie_with_chunks(keep, sign, NAME, said, cookie_attr_size=60)
    return written


def test_whoever_streamlit_signed_in_is_known() -> None:
    """What the provider said of somebody is read from the cookie alone."""
    signed_in.set_up(SET_UP)
    assert signed_in.claims_of(cookies(CLAIMS) | {"another": "cookie"}) == CLAIMS


def test_a_cookie_in_pieces_is_put_together() -> None:
    """People who are in hundreds of groups have more than fits into one cookie."""
    signed_in.set_up(SET_UP)
    many = CLAIMS | {"groups": [hashlib.sha256(bytes([n])).hexdigest() for n in range(150)]}
    pieces = cookies(many)
    assert len(pieces) > 2
    pieces[SEAL] = signed_in.seal(pieces)
    assert signed_in.claims_of(pieces) == many
    del pieces[f"{NAME}_2"]
    assert signed_in.claims_of(pieces) is None


def test_pieces_of_two_sign_ins_are_nobodys() -> None:
    """Each is signed; together they would say what no provider ever said."""
    signed_in.set_up(SET_UP)
    given = list[dict[str, str]]()
    for letter in "ab":
        groups = [hashlib.sha256(f"{letter}{n}".encode()).hexdigest() for n in range(150)]
        pieces = cookies(CLAIMS | {"groups": groups})
        given.append(pieces | {SEAL: signed_in.seal(pieces)})
        assert signed_in.claims_of(given[-1]) is not None
    mixed = given[0] | {f"{NAME}_2": given[1][f"{NAME}_2"]}
    assert signed_in.claims_of(mixed) is None
    assert signed_in.claims_of(mixed | {SEAL: given[1][SEAL]}) is None
    assert signed_in.claims_of({**given[0], SEAL: "é"}) is None


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {NAME: ""},
        {NAME: "x"},
        {NAME: "é" * 40},
        {NAME: "\ud800"},
        cookies(CLAIMS, "another secret of thirty-two characters"),
        cookies(CLAIMS | {"origin": "https://likeness.example.com"}),
        cookies({name: value for name, value in CLAIMS.items() if name != "origin"}),
        cookies(CLAIMS | {"is_logged_in": False}),
        cookies(CLAIMS | {"is_logged_in": "yes"}),
        cookies([CLAIMS]),
        {NAME: create_signed_value(SECRET, NAME, "{").decode()},
        {NAME: create_signed_value(SECRET, NAME, "chunks-99").decode()},
        {NAME: create_signed_value(SECRET, "another", json.dumps(CLAIMS)).decode()},
    ],
)
def test_any_other_cookie_is_nobodys(broken: dict[str, str]) -> None:
    """Broken, forged, another app's or another cookie's: nobody comes in, and nothing fails."""
    signed_in.set_up(SET_UP)
    assert signed_in.claims_of(broken) is None


@given(some.text(max_size=200), some.integers(0, 300), some.characters(max_codepoint=127))
@settings(deadline=None, max_examples=200)
def test_a_changed_cookie_is_nobodys(text: str, place: int, letter: str) -> None:
    """Whatever is written, or changed in a cookie that was good, nobody is let in by it."""
    signed_in.set_up(SET_UP)
    assert signed_in.claims_of({NAME: text}) is None
    good = cookies(CLAIMS)[NAME]
    place %= len(good) - 1  # in the last letter are two bits that say nothing
    changed = f"{good[:place]}{letter}{good[place + 1 :]}"
    assert changed == good or signed_in.claims_of({NAME: changed}) is None


def test_a_sign_in_ends_when_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """After SIGN_IN_HOURS one has to sign in again, however long the browser keeps its cookie."""
    signed_in.set_up(SET_UP)
    kept = cookies(CLAIMS)
    signed = URLSafeTimedSerializer(SECRET, salt=NAME).loads(kept[NAME], return_timestamp=True)[1]
    for hours, claims in {23.9: CLAIMS, 24.1: None}.items():
        later = signed.timestamp() + hours * 3600
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda later=later: later)
        assert signed_in.claims_of(kept) == claims


def test_whoever_signed_out_is_nobody_wherever_their_cookies_are(
    process: Callable[[], None],
) -> None:
    """A tab that stayed open, and whoever copied them; another sign-in of theirs goes on."""
    process()
    signed_in.set_up(SET_UP)
    many = [hashlib.sha256(bytes([n])).hexdigest() for n in range(150)]
    another, whole = cookies(CLAIMS | {"nonce": "1"}), cookies(CLAIMS | {"nonce": "2"})
    pieces = cookies(CLAIMS | {"groups": many})
    pieces[SEAL] = signed_in.seal(pieces)
    for left in (whole, pieces):
        assert signed_in.claims_of(left) is not None
        end_sign_in(left | {"another": "cookie"})
        assert signed_in.claims_of(left) is None
    last = whole[NAME][-1]
    # The last letter's two lowest bits say nothing.
    spelt = whole[NAME][:-1] + _LETTERS[_LETTERS.index(last) ^ 1]
    assert signed_in.claims_of({NAME: spelt}) is None
    assert signed_in.claims_of(another) is not None
    end_sign_in({NAME: "of nobody"})
    assert signed_in.claims_of(another) is not None
    process()
    assert [signed_in.claims_of(one) is None for one in (whole, pieces, another)] == [1, 1, 0]


def test_a_process_learns_what_ended_elsewhere(process: Callable[[], None], store: Store) -> None:
    """By what it does again and again; and while it has no engine, it opens none for that."""
    signed_in.set_up(SET_UP)
    kept = cookies(CLAIMS | {"nonce": "1"})
    process()
    assert signed_in.claims_of(kept) == CLAIMS | {"nonce": "1"}
    elsewhere = SignedOut(lambda: store.sign_outs)
    run(elsewhere.end(signed_in._digest({NAME: kept[NAME]})))
    assert signed_in.claims_of(kept) is not None
    signed_in.share_sign_outs()
    assert signed_in.claims_of(kept) is None


def test_a_process_that_starts_lets_nobody_in_before_it_knows_who_left(
    process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its database is away nobody can tell; strangers are asked to sign in all the same.

    What is known once needs no database any more.
    """

    def away() -> SearchEngine:
        raise DatabaseUnavailable(reason="gone")

    signed_in.set_up(SET_UP)
    process()
    left, good = cookies(CLAIMS | {"nonce": "1"}), cookies(CLAIMS | {"nonce": "2"})
    end_sign_in(left)
    process()
    with monkeypatch.context() as outage:
        outage.setattr(running, "get_engine", away)
        outage.setattr(running._running, "_engine", None)
        signed_in.share_sign_outs()
        for one in (left, good):
            assert signed_in.must_ask(one)
            with pytest.raises(DatabaseUnavailable):
                signed_in.claims_of(one)
        assert signed_in.claims_of({}) is None
        assert signed_in.claims_of({NAME: "x"}) is None
        assert not signed_in.must_ask({"another": "cookie"})
    assert signed_in.claims_of(left) is None
    monkeypatch.setattr(running, "get_engine", away)
    assert signed_in.claims_of(good) is not None
    assert not signed_in.must_ask(good)


def test_nobody_is_signed_in_where_nobody_can() -> None:
    """Without settings and file no cookie counts, whatever it is signed with."""
    assert not signed_in.has_own_auth()
    assert signed_in.claims_of(cookies(CLAIMS, config.get_option("server.cookieSecret"))) is None
    assert (signed_in.providers(), signed_in.callback()) == ((), "")


def test_the_settings_become_streamlits_section() -> None:
    """Environment variables are enough: Streamlit's own file need not be there."""
    signed_in.set_up(SET_UP)
    assert st.secrets["auth"].to_dict() == {
        "redirect_uri": f"{ORIGIN}/shop/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "likeness",
        "client_secret": "client",
        "server_metadata_url": "https://id.example.com/realms/one/.well-known/openid-configuration",
        "client_kwargs": {"scope": "openid email profile"},
    }
    assert signed_in.providers() == (signed_in.DEFAULT,)
    assert signed_in.callback() == f"{ORIGIN}/shop/oauth2callback"


@pytest.mark.parametrize(
    "issuer", ["https://id.example.com", "https://id.example.com/.well-known/openid-configuration"]
)
def test_the_issuer_may_be_given_with_its_description(issuer: str) -> None:
    """Consoles of providers show one or the other."""
    section = signed_in.auth_secrets(SET_UP.model_copy(update={"oidc_issuer": issuer}))
    assert section is not None
    described = "https://id.example.com/.well-known/openid-configuration"
    assert section["server_metadata_url"] == described


def test_without_settings_there_is_no_section() -> None:
    """A fresh clone asks nobody to sign in."""
    assert signed_in.auth_secrets(Settings()) is None
    signed_in.set_up(Settings())
    assert not st.secrets.load_if_toml_exists()


def test_streamlits_own_file_does_it_too(write: Write) -> None:
    """Who has a section [auth] with several providers can choose between them."""
    write(OWN)
    assert signed_in.has_own_auth()
    signed_in.set_up(Settings())
    assert signed_in.providers() == ("google", "entra")
    assert signed_in.claims_of(cookies(CLAIMS)) == CLAIMS


def test_the_settings_win_over_the_file(write: Write) -> None:
    """One place decides, and what else stands in the file stays."""
    write(f"{OWN}\n[another]\nsection = 1\n")
    signed_in.set_up(SET_UP)
    assert signed_in.providers() == (signed_in.DEFAULT,)
    assert st.secrets["another"]["section"] == 1
    assert signed_in.callback() == f"{ORIGIN}/shop/oauth2callback"


def test_a_provider_without_a_name_comes_first(write: Write) -> None:
    """The one that stands in [auth] itself is Streamlit's default."""
    write(OWN.replace("\n\n", '\nclient_id = "0"\nclient_secret = "0"\n', 1))
    with pytest.raises(SettingError) as caught:
        signed_in.has_own_auth()
    assert caught.value.facts["name"] == "[auth]"
    _forget()
    one = 'client_id = "0"\nclient_secret = "0"\nserver_metadata_url = "https://id.example.com/"'
    write(OWN.replace("\n\n", f"\n{one}\n", 1))
    assert signed_in.has_own_auth()
    assert signed_in.providers() == (signed_in.DEFAULT, "google", "entra")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("auth = 1", "[auth]"),
        (OWN.partition("[auth.google]")[0], "[auth]"),
        (OWN.replace("redirect_uri", "redirect"), "[auth]"),
        (OWN.replace("/oauth2callback", "/callback"), "[auth]"),
        (OWN.replace(SECRET, "xxx"), "[auth]"),
        (OWN.replace('client_secret = "2"', ""), "[auth.google]"),
        (OWN.replace('client_secret = "4"', 'client_secret = ""'), "[auth.entra]"),
        (OWN.replace("auth.entra", "auth.my_entra"), "[auth.my_entra]"),
    ],
)
def test_a_section_by_halves_is_told_at_the_start(write: Write, text: str, name: str) -> None:
    """Not to the first person who presses the button."""
    write(text)
    with pytest.raises(SettingError, match=r"secrets\.toml") as caught:
        signed_in.has_own_auth()
    assert caught.value.facts["name"] == name


def test_a_file_that_cannot_be_read_stops_the_start(write: Write) -> None:
    """Nobody is let in because a quotation mark is missing; the line is named."""
    write(OWN.replace(f'"{SECRET}"', f'"{SECRET}'))
    with pytest.raises(SettingError, match="in line 4") as caught:
        signed_in.set_up(SET_UP)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("base", ["", "shop/likeness"])
def test_a_path_that_leads_beside_the_app_stops_the_start(write: Write, base: str) -> None:
    """Whoever signed in would find nothing where the provider led them."""
    config.set_option("server.baseUrlPath", base)
    with pytest.raises(SettingError, match=f"“{base}”") as caught:
        signed_in.set_up(SET_UP)
    assert caught.value.facts["name"] == "PUBLIC_URL"
    _forget()
    write(OWN)
    with pytest.raises(SettingError) as caught:
        signed_in.set_up(Settings())
    assert caught.value.facts["name"] == "[auth]"
