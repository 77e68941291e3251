"""The environment, read and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.commands.settings import settings_table
from search.errors import SettingError
from search.language import language
from search.settings import Settings

README = Path(__file__).parent.parent.parent / "README.md"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_nothing_set_is_a_working_set_up() -> None:
    """A fresh clone needs no setting: built-in encoder, embedded database."""
    settings = Settings.read()
    assert not settings.uses_http
    assert settings.database is None
    assert settings.default_threshold == 0.30


@pytest.mark.parametrize("name", ["HUGGINGFACE_API_TOKEN", "ENCODER_URL", "ENCODER_TOKEN"])
def test_a_token_or_an_address_chooses_http(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Setting the token is all that the founding protocol needs."""
    monkeypatch.setenv(name, "https://example.org")
    assert Settings.read().uses_http


def test_the_vector_database_comes_before_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """VECTOR_DATABASE_URL, then DATABASE_URL."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://host/two")
    assert Settings.read().database == "postgresql://host/two"
    monkeypatch.setenv("VECTOR_DATABASE_URL", "postgresql://host/one")
    assert Settings.read().database == "postgresql://host/one"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENCODER", "magic"),
        ("ENCODER_URL", "not an address"),
        ("ENCODER_MODEL", "a name"),
        ("NEXT_ENCODER", "magic"),
        ("NEXT_ENCODER_URL", "s3cret"),
        ("NEXT_ENCODER_MODEL", "<model>"),
        ("ENCODER_TIMEOUT", "soon"),
        ("ENCODER_TIMEOUT", "0"),
        ("VECTOR_DATABASE_URL", "mysql://root:s3cret@host/db"),
        ("DATABASE_URL", "s3cret"),
        ("DATABASE_URL", "postgresql://user:p@s3cret@host/db"),
        ("LIKENESS_DATA_DIR", "~nobody-of-this-name/x"),
        ("MAX_UPLOAD_MB", "-1"),
        ("MAX_PIXELS", "1.5"),
        ("DEFAULT_THRESHOLD", "30"),
        ("RESULT_LIMIT", "0"),
        ("DUPLICATE_SIMILARITY", "0.5"),
        ("DUPLICATE_SIMILARITY", "1.01"),
        ("LOG_LEVEL", "loud"),
        ("API_KEYS", "yes"),
        ("MONTHLY_CALLS", "-1"),
        ("DAILY_CALLS", "many"),
        ("QUOTA_WARNS_AT", "80"),
        ("QUOTA_WARNS_AT", "0"),
        ("QUOTA_STOPS", "perhaps"),
        ("USAGE_DAYS", "-1"),
        ("ALLOWED_HOSTS", "https://s3cret.example"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """The sentence says which variable and what it should be; a secret in it stays hidden."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as raised:
        Settings.read()
    sentence = str(raised.value)
    assert name in sentence
    assert language("en").text(f"settings.{name}.expected") in sentence
    assert "s3cret" not in f"{sentence}{raised.value.facts}{raised.value.__cause__}"


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings tells no token and no password."""
    monkeypatch.setenv("HUGGINGFACE_API_TOKEN", "hf_s3cret")
    monkeypatch.setenv("VECTOR_DATABASE_URL", "postgresql://user:s3cret@host/db")
    settings = Settings.read()
    assert "s3cret" not in f"{settings!r} {settings}"


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """`HUGGINGFACE_API_TOKEN=` in a file of variables is no token."""
    monkeypatch.setenv("HUGGINGFACE_API_TOKEN", "")
    assert Settings.read().huggingface_api_token is None


def test_the_readme_has_the_table_that_the_command_prints() -> None:
    """The README never falls behind the settings."""
    assert settings_table(language("en")) in README.read_text("utf-8")
