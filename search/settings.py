"""The environment, read once, checked, and printable without secrets.

Every field is a variable of the same name in capitals. What it is for and what it should be stand
in `search/messages/` under `settings`, in every language; the README's table is printed from there.
"""

from __future__ import annotations

import re
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

from search.access.people import People
from search.errors import SettingError, SettingMissing, SignInForNobody
from search.host_names import host_names
from search.vectors import CLIP

Fraction = Annotated[float, Field(ge=-1.0, le=1.0)]
MOST_CALLS = 1_000_000_000
MOST_SIGN_IN_HOURS = 720
LEAST_DUPLICATE = 0.9
# A model's name as servers know it, perhaps a path, and a revision: it is printed and sent.
_MODEL = re.compile(r"[\w./][\w.:/+-]{0,199}(@[\w.-]{1,100})?", re.ASCII)
# Any of them means that people are to sign in, and all of them, and PUBLIC_URL, are needed for it.
_SIGN_IN = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "cookie_secret")


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, str_strip_whitespace=True
    )

    huggingface_api_token: SecretStr | None = None
    encoder: Literal["auto", "builtin", "local", "http"] = "auto"
    encoder_url: str | None = None
    encoder_dialect: str = "huggingface"
    encoder_token: SecretStr | None = None
    encoder_model: str = CLIP.model
    encoder_timeout: Annotated[float, Field(gt=0, le=900)] = 120.0
    local_model_dir: Path | None = None
    next_encoder: Literal["builtin", "local", "http"] | None = None
    next_encoder_url: str | None = None
    next_encoder_dialect: str | None = None
    next_encoder_token: SecretStr | None = None
    next_encoder_model: str | None = None
    vector_database_url: SecretStr | None = None
    database_url: SecretStr | None = None
    picture_base_url: str | None = None
    catalogue_query: str | None = None
    catalogue_refresh_minutes: Annotated[int, Field(ge=0, le=10_080)] = 15
    likeness_data_dir: Path = Field(default_factory=lambda: user_data_path("likeness"))
    max_upload_mb: Annotated[float, Field(gt=0, le=200)] = 10.0
    max_pixels: Annotated[int, Field(ge=1, le=500_000_000)] = 50_000_000
    result_limit: Annotated[int, Field(ge=1, le=200)] = 50
    duplicate_similarity: Annotated[float, Field(ge=0, le=1)] = 0.995
    recall_target: Annotated[float, Field(ge=0.5, le=1)] = 0.98
    default_threshold: Fraction = 0.30
    keep_photos: bool = True
    keep_searches_days: Annotated[int, Field(ge=0, le=36_500)] = 90
    index_concurrency: Annotated[int, Field(ge=1, le=64)] = 16
    fetch_private: bool = False
    api_keys: Literal["optional", "required"] = "optional"
    allowed_hosts: str | None = None
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_groups: str = "groups"
    oidc_scopes: str = "openid email profile"
    cookie_secret: Annotated[SecretStr, Field(min_length=32)] | None = None
    viewers: str | None = None
    analysts: str | None = None
    operators: str | None = None
    sign_in_hours: Annotated[int, Field(ge=1, le=MOST_SIGN_IN_HOURS)] = 168
    allow_anonymous: bool = False
    monthly_calls: Annotated[int, Field(ge=0, le=MOST_CALLS)] = 30_000
    daily_calls: Annotated[int, Field(ge=0, le=MOST_CALLS)] = 1_000
    quota_warns_at: Annotated[float, Field(gt=0, le=1)] = 0.8
    quota_stops: bool = False
    usage_days: Annotated[int, Field(ge=0, le=36_500)] = 90
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["readable", "json"] = "readable"

    @classmethod
    def read(cls) -> Self:
        """Read the environment; raise SettingError naming the first variable that is wrong.

        Of settings that only make sense together, the first that is missing: SettingMissing.
        """
        try:
            settings = cls()
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0]).upper()
            # The given value is left out: it may be a secret.
            raise SettingError(name=name, expected=f"@settings.{name}.expected") from None
        settings._check_sign_in()
        return settings

    def _check_sign_in(self) -> None:
        """Raise SettingMissing where sign-in is set up by halves, or for nobody."""
        if not self.signs_in:
            return
        for name in (*_SIGN_IN, "public_url"):
            if not getattr(self, name):
                raise SettingMissing(name=name.upper(), reason="@reasons.sign_in_by_halves")
        if not (self.viewers or self.analysts or self.operators):
            raise SignInForNobody

    @field_validator("encoder_url", "next_encoder_url", "picture_base_url", "oidc_issuer")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is not None:
            TypeAdapter(AnyHttpUrl).validate_python(value)
        return value

    @field_validator("encoder_model", "next_encoder_model")
    @classmethod
    def _is_model(cls, value: str | None) -> str | None:
        if value is not None and not _MODEL.fullmatch(value):
            raise ValueError("not a model's name")
        return value

    @field_validator("duplicate_similarity")
    @classmethod
    def _is_near_one(cls, value: float) -> float:
        # In between, products that are merely alike would vanish behind one another.
        if 0 < value < LEAST_DUPLICATE:
            raise ValueError("too low")
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

    @field_validator("allowed_hosts")
    @classmethod
    def _is_list_of_hosts(cls, value: str | None) -> str | None:
        if value is not None:
            host_names(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _is_place_of_the_app(cls, value: str | None) -> str | None:
        if value is None:
            return None
        place = TypeAdapter(AnyHttpUrl).validate_python(value)
        if place.query is not None or place.fragment is not None or place.username is not None:
            raise ValueError("not the address of an app")
        return value.rstrip("/")

    @field_validator("oidc_scopes")
    @classmethod
    def _is_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("not OpenID Connect")
        return value

    @field_validator("viewers", "analysts", "operators")
    @classmethod
    def _is_list_of_people(cls, value: str | None) -> str | None:
        if value is not None:
            People.read(value)
        return value

    @field_validator("likeness_data_dir", "local_model_dir")
    @classmethod
    def _is_absolute(cls, value: Path | None) -> Path | None:
        try:
            return value and value.expanduser().resolve()
        except RuntimeError:  # ~somebody who is not there
            raise ValueError("not a folder") from None

    @property
    def database(self) -> str | None:
        """The address of the database to use instead of the embedded one; holds a password."""
        secret = self.vector_database_url or self.database_url
        return secret.get_secret_value() if secret else None

    @property
    def catalogue_database(self) -> str | None:
        """The address of the database in which a shop has its tables; holds a password."""
        secret = self.database_url or self.vector_database_url
        return secret.get_secret_value() if secret else None

    @property
    def secrets(self) -> list[SecretStr]:
        """Whatever must be in no log line: tokens, databases' addresses and passwords."""
        databases = [url for url in (self.vector_database_url, self.database_url) if url]
        passwords = [conninfo_to_dict(url.get_secret_value()).get("password") for url in databases]
        given = (
            self.huggingface_api_token,
            self.encoder_token,
            self.next_encoder_token,
            self.oidc_client_secret,
            self.cookie_secret,
        )
        tokens = [token for token in given if token]
        return [*tokens, *databases, *(SecretStr(str(word)) for word in passwords if word)]

    @property
    def beside(self) -> Settings | None:
        """The same settings with the next encoder in the place of the first; None without one."""
        named = (self.next_encoder_url, self.next_encoder_dialect, self.next_encoder_model)
        if not (self.next_encoder or self.next_encoder_token or any(named)):
            return None
        fields = type(self).model_fields
        return self.model_copy(
            update={
                "encoder": self.next_encoder or "http",
                "encoder_url": self.next_encoder_url,
                "encoder_dialect": self.next_encoder_dialect or fields["encoder_dialect"].default,
                "encoder_token": self.next_encoder_token,
                "encoder_model": self.next_encoder_model or fields["encoder_model"].default,
            }
        )

    @property
    def uses_http(self) -> bool:
        """Whether photos go to a model's server."""
        return self.encoder_kind == "http"

    @property
    def encoder_kind(self) -> Literal["builtin", "local", "http"]:
        """Which encoder is meant, also by "auto"."""
        if self.encoder != "auto":
            return self.encoder
        is_http = self.huggingface_api_token or self.encoder_url or self.encoder_token
        return "http" if is_http else "builtin"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that the app answers to, see `search.host_names`; none where none are set."""
        return host_names(self.allowed_hosts) if self.allowed_hosts else ()

    @property
    def signs_in(self) -> bool:
        """Whether sign-in is set up here; Streamlit's own file may do it as well."""
        return any(getattr(self, name) for name in _SIGN_IN)

    @property
    def max_bytes(self) -> int:
        """The largest photo, in bytes."""
        return int(self.max_upload_mb * 1_000_000)
