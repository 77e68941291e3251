"""The environment, read once, checked, and printable without secrets.

Every field is a variable of the same name in capitals. What it is for and what it should be stand
in `search/messages/` under `settings`, in every language; the README's table is printed from there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import psycopg
from platformdirs import user_data_path
from psycopg.conninfo import conninfo_to_dict
from pydantic import (
    AnyHttpUrl,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from search.errors import SettingError

Fraction = Annotated[float, Field(ge=-1.0, le=1.0)]
MOST_CALLS = 1_000_000_000


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, str_strip_whitespace=True
    )

    huggingface_api_token: SecretStr | None = None
    encoder: Literal["auto", "builtin", "http"] = "auto"
    encoder_url: str | None = None
    encoder_dialect: str = "huggingface"
    encoder_token: SecretStr | None = None
    encoder_timeout: Annotated[float, Field(gt=0, le=900)] = 120.0
    vector_database_url: SecretStr | None = None
    database_url: SecretStr | None = None
    likeness_data_dir: Path = Field(default_factory=lambda: user_data_path("likeness"))
    max_upload_mb: Annotated[float, Field(gt=0, le=200)] = 10.0
    max_pixels: Annotated[int, Field(ge=1, le=500_000_000)] = 50_000_000
    result_limit: Annotated[int, Field(ge=1, le=200)] = 50
    default_threshold: Fraction = 0.30
    keep_photos: bool = True
    index_concurrency: Annotated[int, Field(ge=1, le=64)] = 16
    fetch_private: bool = False
    monthly_calls: Annotated[int, Field(ge=0, le=MOST_CALLS)] = 30_000
    daily_calls: Annotated[int, Field(ge=0, le=MOST_CALLS)] = 1_000
    quota_warns_at: Annotated[float, Field(gt=0, le=1)] = 0.8
    quota_stops: bool = False
    usage_days: Annotated[int, Field(ge=0, le=36_500)] = 90
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["readable", "json"] = "readable"

    @classmethod
    def read(cls) -> Self:
        """Read the environment; raise SettingError naming the first variable that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0]).upper()
            # The given value is left out: it may be a secret.
            raise SettingError(name=name, expected=f"@settings.{name}.expected") from None

    @field_validator("encoder_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is not None:
            TypeAdapter(AnyHttpUrl).validate_python(value)
        return value

    @field_validator("vector_database_url", "database_url")
    @classmethod
    def _is_postgres_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            # libpq's own reading: socket folders and key=value pairs are addresses as well.
            try:
                address = conninfo_to_dict(value.get_secret_value())
            except psycopg.ProgrammingError:
                raise ValueError("not an address") from None
            # An @ in the password that is not written as %40: the rest of it would be the host,
            # and hosts are printed.
            if "@" in str(address.get("host", "")):
                raise ValueError("not an address")
        return value

    @field_validator("likeness_data_dir")
    @classmethod
    def _is_absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().resolve()
        except RuntimeError:  # ~somebody who is not there
            raise ValueError("not a folder") from None

    @property
    def database(self) -> str | None:
        """The address of the database to use instead of the embedded one; holds a password."""
        secret = self.vector_database_url or self.database_url
        return secret.get_secret_value() if secret else None

    @property
    def secrets(self) -> list[SecretStr]:
        """Whatever must be in no log line: tokens, databases' addresses and passwords."""
        databases = [url for url in (self.vector_database_url, self.database_url) if url]
        passwords = [conninfo_to_dict(url.get_secret_value()).get("password") for url in databases]
        tokens = [token for token in (self.huggingface_api_token, self.encoder_token) if token]
        return [*tokens, *databases, *(SecretStr(str(word)) for word in passwords if word)]

    @property
    def uses_http(self) -> bool:
        """Whether photos go to a model's server."""
        if self.encoder == "auto":
            return bool(self.huggingface_api_token or self.encoder_url)
        return self.encoder == "http"

    @property
    def max_bytes(self) -> int:
        """The largest photo, in bytes."""
        return int(self.max_upload_mb * 1_000_000)
