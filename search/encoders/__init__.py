"""Encoders: Photo -> Embedding. One protocol, several ways to reach a model."""

from __future__ import annotations

import os
from typing import Protocol

from search.photo import Photo
from search.progress import Report, silent
from search.vectors import Embedding, VectorSpace

# onnxruntime tells its maker of each process, model and run, unless this is set before it is
# imported; here every way to it begins. Likeness tells nobody, so nobody is asked whether it may.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


class Encoder(Protocol):
    """Anything that turns a photo into an embedding. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """A short name for people, such as "Hugging Face" or "built-in"."""

    @property
    def space(self) -> VectorSpace:
        """The space of every embedding that this encoder returns."""

    @property
    def address(self) -> str:
        """Where photos are sent, without secrets; "" for an encoder in this process."""

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:
        """Return the photo's embedding; raise an EncoderError when there is none to be had."""

    def close(self) -> None:
        """Let go of connections and memory. The encoder is not used afterwards."""
