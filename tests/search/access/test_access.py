"""What the settings make of access: on or off, and which role somebody has."""

from __future__ import annotations

import pytest

from search.access.access import Access
from search.access.caller import Caller, Way
from search.access.roles import Role
from search.errors import SettingError, SettingMissing, SignInForNobody
from search.language import LANGUAGES, language
from search.settings import Settings

SIGN_IN = {
    "OIDC_ISSUER": "https://login.example.org/realms/shop",
    "OIDC_CLIENT_ID": "likeness",
    "OIDC_CLIENT_SECRET": "s3cret-of-the-client",
    "COOKIE_SECRET": "s3cret-of-the-cookie-0123456789abc",
    "PUBLIC_URL": "https://likeness.example.org/",
}
LISTS = {
    "VIEWERS": "*@example.org",
    "ANALYSTS": "anna@example.org, analysts",
    "OPERATORS": "admins",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def given(monkeypatch: pytest.MonkeyPatch, *parts: dict[str, str]) -> Settings:
    """Read the settings with these variables set."""
    for part in parts:
        for name, value in part.items():
            monkeypatch.setenv(name, value)
    return Settings.read()


def test_without_sign_in_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh clone works as before; lists alone, and where the app is, change nothing."""
    for part in ({}, LISTS, {"PUBLIC_URL": "https://likeness.example.org"}):
        access = Access.of(given(monkeypatch, part), has_own_auth=False)
        assert not access.is_on
        assert not access.allows_anonymous
    everybody = given(monkeypatch, {"ALLOW_ANONYMOUS": "1"})
    assert Access.of(everybody, has_own_auth=False).allows_anonymous


def test_sign_in_makes_access_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the settings, or by a section of Streamlit's own file."""
    settings = given(monkeypatch, LISTS)
    assert Access.of(settings, has_own_auth=True).is_on
    settings = given(monkeypatch, SIGN_IN)
    assert Access.of(settings, has_own_auth=False).is_on
    assert settings.public_url == "https://likeness.example.org"


@pytest.mark.parametrize("missing", list(SIGN_IN))
def test_half_a_sign_in_is_refused(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Whoever forgot one variable is told which one, and is never left with an open door."""
    rest = {name: value for name, value in SIGN_IN.items() if name != missing}
    with pytest.raises(SettingMissing) as raised:
        given(monkeypatch, rest, LISTS)
    for code in LANGUAGES:
        spoken = language(code).error(raised.value)
        assert missing in spoken.what
        assert missing in spoken.next
        assert "s3cret" not in spoken.sentence


def test_a_sign_in_for_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is set up: all would be locked out, and told to ask whoever runs it."""
    with pytest.raises(SignInForNobody) as raised:
        given(monkeypatch, SIGN_IN)
    for code in LANGUAGES:
        said = language(code).error(raised.value).next
        assert all(name in said for name in LISTS)
    for name in SIGN_IN:
        monkeypatch.delenv(name)
    with pytest.raises(SignInForNobody):
        Access.of(Settings.read(), has_own_auth=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "likeness.example.org"),
        ("PUBLIC_URL", "ftp://likeness.example.org"),
        ("PUBLIC_URL", "https://likeness.example.org/?x=1"),
        ("PUBLIC_URL", "https://likeness.example.org/#top"),
        ("PUBLIC_URL", "https://user:s3cret@likeness.example.org"),
        ("OIDC_ISSUER", "login.example.org"),
        ("COOKIE_SECRET", "s3cret"),
        ("VIEWERS", "anna@"),
        ("ANALYSTS", "*@*"),
        ("OPERATORS", ","),
        ("SIGN_IN_HOURS", "0"),
        ("SIGN_IN_HOURS", "721"),
        ("ALLOW_ANONYMOUS", "perhaps"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The sentence says which variable and what it should be."""
    with pytest.raises(SettingError) as raised:
        given(monkeypatch, SIGN_IN, LISTS, {name: value})
    assert raised.value.facts == {"name": name, "expected": f"@settings.{name}.expected"}
    assert language("en").text(f"settings.{name}.expected") in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_the_secrets_of_sign_in_are_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are printed nowhere, and struck out of the log."""
    settings = given(monkeypatch, SIGN_IN, LISTS)
    assert "s3cret" not in f"{settings!r} {settings}"
    hidden = {secret.get_secret_value() for secret in settings.secrets}
    assert {SIGN_IN["OIDC_CLIENT_SECRET"], SIGN_IN["COOKIE_SECRET"]} <= hidden


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ({"email": "vera@example.org"}, Role.VIEWER),
        ({"email": "ANNA@example.org"}, Role.ANALYST),
        ({"email": "vera@example.org", "groups": ["analysts"]}, Role.ANALYST),
        ({"email": "anna@example.org", "groups": ["admins"]}, Role.OPERATOR),
        ({"groups": ["admins", "analysts"]}, Role.OPERATOR),
        ({"email": "anna@example.org", "email_verified": False}, None),
        ({"email": "eve@elsewhere.example"}, None),
        ({"preferred_username": "anna@example.org"}, None),
        ({"email": "anna@example.org", "sub": ""}, None),
        ({}, None),
    ],
)
def test_the_highest_role_that_fits_counts(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, object], role: Role | None
) -> None:
    """Whoever is in no list has none, and may do nothing."""
    access = Access.of(given(monkeypatch, SIGN_IN, LISTS), has_own_auth=False)
    claims: dict[str, object] = {"iss": "https://login.example.org", "sub": "1"} | said
    assert access.role_of(access.claims(claims)) == role
    person = access.person(claims)
    assert (person.role if person else None) == role


def test_a_person_comes_by_name_and_pseudonym(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups are where the setting says."""
    nested = {"OIDC_GROUPS": "realm_access.roles"}
    access = Access.of(given(monkeypatch, SIGN_IN, LISTS, nested), has_own_auth=False)
    claims = {"sub": "1", "name": "Oleg", "realm_access": {"roles": ["admins"]}}
    person = access.person(claims)
    assert person == Caller(
        Role.OPERATOR, Way.SIGNED_IN, name="Oleg", person=access.claims(claims).person
    )
    assert person is not None
    assert len(person.person) == 32
