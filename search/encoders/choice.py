"""Which encoder the settings ask for. Only the chosen one is imported."""

from __future__ import annotations

from search.encoders import Encoder
from search.settings import Settings


def choose_encoder(settings: Settings) -> Encoder:
    """Build the encoder; raise SettingError, TokenMissing, TokenMalformed or EncoderBroken."""
    if not settings.uses_http:
        from search.encoders.builtin import BuiltinEncoder  # noqa: PLC0415 - brings onnxruntime

        return BuiltinEncoder()
    from search.encoders.http import http_encoder  # noqa: PLC0415 - only where it is used

    return http_encoder(settings)
