"""Which encoder the settings ask for. Only the chosen one is imported."""

from __future__ import annotations

from search.encoders import Encoder
from search.encoders.addresses import host_of, split
from search.encoders.dialects import Dialect, dialect_named
from search.encoders.hub import FETCHED_TO
from search.errors import SettingError
from search.settings import Settings
from search.vectors import CLIP, VectorSpace

# As the encoders in this process call themselves, known before any of them is imported.
_NAMES = {"builtin": "built-in", "local": "local CLIP"}


def choose_encoder(settings: Settings, variables: str = "") -> Encoder:
    """Build the encoder; raise SettingError or the EncoderError that keeps it from being built.

    What is wrong is said of variables whose names begin with `variables`: "NEXT_" for the next one.
    """
    if settings.encoder_kind == "builtin":
        from search.encoders.builtin import BuiltinEncoder  # noqa: PLC0415 - brings onnxruntime

        return BuiltinEncoder()
    if settings.encoder_kind == "local":
        from search.encoders.local import LocalEncoder  # noqa: PLC0415 - only where it is used

        return LocalEncoder(settings.local_model_dir, settings.likeness_data_dir / FETCHED_TO)
    from search.encoders.http import http_encoder  # noqa: PLC0415 - only where it is used

    try:
        return http_encoder(settings, variables)
    except SettingError as error:
        raise SettingError(**error.facts | {"name": f"{variables}{error.facts['name']}"}) from None


def space_of(settings: Settings) -> VectorSpace:
    """Return the space of the encoder that the settings ask for, without building it."""
    if settings.encoder_kind == "builtin":
        return builtin_space()
    if settings.encoder_kind == "local":
        return CLIP
    dialect = _dialect(settings)
    model = settings.encoder_model
    return dialect.space(model) if dialect else VectorSpace.written(model)


def builtin_space() -> VectorSpace:
    """Return the built-in encoder's space."""
    from search.encoders.builtin import SPACE  # noqa: PLC0415 - brings onnxruntime

    return SPACE


def named_by(settings: Settings) -> tuple[str, str]:
    """Return the encoder's short name and its host, "" for none, without building it.

    Also of one that cannot be built; an address that may hold a secret is not told.
    """
    if not settings.uses_http:
        return _NAMES[settings.encoder_kind], ""
    dialect = _dialect(settings)
    url = settings.encoder_url or (dialect.usual_url(space_of(settings).model) if dialect else None)
    address = split(url or "")
    host = (host_of(address) if address else "") or settings.encoder_dialect
    return (dialect.title if dialect else settings.encoder_dialect), host


def _dialect(settings: Settings) -> Dialect | None:
    """Return the dialect; None where there is none of the name, which building it will say."""
    try:
        return dialect_named(settings.encoder_dialect)
    except SettingError:
        return None
