"""What doctor says of signing in, beside a provider that is as it should be, or is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest

from search.__main__ import main
from search.access.discovery import DISCOVERY
from search.doctor import Verdict, examine
from search.language import LANGUAGES, language
from search.settings import Settings
from tests.fake_oidc import FakeOidc, Fault
from tests.fake_oidc.asked import Asked, Said, as_json
from tests.signing_in import settings_for

PUBLIC: Final = "https://likeness.example.org/shop/"


class Describing(FakeOidc):
    """A provider that describes itself as a test says."""

    described: Said | None = None

    def answer(self, asked: Asked) -> Said:
        """Answer so, whatever is asked for."""
        return self.described or super().answer(asked)


@pytest.fixture
def provider() -> Iterator[Describing]:
    """Play a provider."""
    with Describing() as provider:
        yield provider


@pytest.fixture(autouse=True)
def _set_up(monkeypatch: pytest.MonkeyPatch, provider: FakeOidc) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in settings_for(provider, PUBLIC).items():
        monkeypatch.setenv(name, value)


def said(code: str = "en") -> tuple[Verdict, str]:
    """Return what is said of signing in; nothing after it is looked at."""
    words = language(code)
    found = examine(Settings.read, words)
    one = next(one for one in found if one.check == words.text("doctor.sign_in"))
    return one.verdict, one.sentence


@pytest.mark.parametrize("ending", ["", "/", DISCOVERY])
def test_a_provider_that_is_there_is_well(
    monkeypatch: pytest.MonkeyPatch, provider: Describing, ending: str
) -> None:
    """However its address is written; the address to register is said, and who may come."""
    monkeypatch.setenv("OIDC_ISSUER", provider.issuer + ending)
    verdict, sentence = said()
    assert verdict is Verdict.OK
    assert "https://likeness.example.org/shop/oauth2callback" in sentence
    assert "VIEWERS 1, ANALYSTS 1, OPERATORS 2" in sentence
    assert provider.client_secret not in sentence


@pytest.mark.parametrize(
    ("described", "told"),
    [
        (Said(404, b"nothing here"), "no description"),
        (Said(200, b"<h1>Welcome"), "no description"),
        (as_json(["issuer"]), "no description"),
        (Said(302, location="https://elsewhere.example.org/"), "no description"),
        (as_json({"issuer": "https://other.example.org"}), "https://other.example.org"),
        (as_json({}), "OIDC_ISSUER"),
    ],
)
def test_what_is_no_such_provider_is_told(provider: Describing, described: Said, told: str) -> None:
    """A wrong address is found before anybody tries to sign in, with what to set."""
    provider.described = described
    for code in LANGUAGES:
        verdict, sentence = said(code)
        assert verdict is Verdict.FAILED
        assert "OIDC_ISSUER" in sentence
        assert provider.client_secret not in sentence
    assert told in said()[1]


def test_a_description_without_addresses_is_told(provider: Describing) -> None:
    """Nobody could be sent anywhere; what is missing is named."""
    issuer = {"issuer": provider.issuer, "token_endpoint": f"{provider.issuer}/token"}
    provider.described = Said(200, json.dumps(issuer).encode())
    assert "names no authorization_endpoint, so" in said()[1]


def test_a_provider_that_is_away_is_told(provider: Describing) -> None:
    """Be it that it fails or that nothing answers; a script learns of it by the exit code."""
    provider.fault = Fault.DISCOVERY_FAILS
    assert said()[0] is Verdict.FAILED
    provider.go_down()
    try:
        verdict, sentence = said()
    finally:
        provider.come_back()
    assert verdict is Verdict.FAILED
    assert "does not answer" in sentence


def test_a_provider_without_https_where_it_should_be_is_told(
    monkeypatch: pytest.MonkeyPatch, provider: Describing
) -> None:
    """A certificate, or the lack of one, is another matter than a provider that is away."""
    monkeypatch.setenv("OIDC_ISSUER", provider.issuer.replace("http:", "https:"))
    assert "no safe connection" in said()[1]
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    assert "SSL_CERT_FILE" in said()[1]


def test_without_sign_in_it_is_said_whom_the_app_serves(
    monkeypatch: pytest.MonkeyPatch, provider: Describing
) -> None:
    """Nothing is wrong then, and Streamlit's own file may set it up."""
    for name in settings_for(provider, PUBLIC):
        monkeypatch.delenv(name)
    for code in LANGUAGES:
        assert said(code)[0] is Verdict.OK
        assert "[auth]" in said(code)[1]
    assert "only this machine" in said()[1]
    monkeypatch.setenv("ALLOW_ANONYMOUS", "1")
    assert "ALLOW_ANONYMOUS" in said()[1]


@pytest.mark.usefixtures("on_database")
def test_all_else_is_looked_at_where_nobody_can_sign_in(
    monkeypatch: pytest.MonkeyPatch, provider: Describing, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing stands on the provider; the exit code tells of it all the same."""
    for name, value in settings_for(provider, PUBLIC).items():
        monkeypatch.setenv(name, value)
    provider.fault = Fault.DISCOVERY_FAILS
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("failed   Sign-in: ")
    assert lines[2].startswith("ok       Database: ")
