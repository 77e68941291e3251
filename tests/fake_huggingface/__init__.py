"""A Hugging Face for tests: a real HTTP server on loopback that does as it is told.

    with FakeHuggingFace(token="hf_test_1234") as server:
        server.script(FAULTS["loading"], vector())   # the next two answers
        server.otherwise(vector())                   # and every one after them
        encoder = HttpEncoder(server.model_url, token="hf_test_1234")
        ...
        assert server.count == 2

It speaks every dialect of `search.encoders.dialects`, as strictly as the real servers do, and its
vectors are real: by default those of the built-in encoder. By hand:

    python -m tests.fake_huggingface --port 8099 --cold-start 30 --token hf_test_1234
"""

from tests.fake_huggingface.behaviours import (
    FAULTS,
    Behaviour,
    hang_up,
    hold,
    page,
    redirect,
    reset,
    reset_midway,
    status,
    text,
    trickle,
    trickle_headers,
    vector,
)
from tests.fake_huggingface.clock import VirtualClock
from tests.fake_huggingface.endpoint import ScalesToZero
from tests.fake_huggingface.exchange import Exchange, Received
from tests.fake_huggingface.leaks import LEAKS
from tests.fake_huggingface.server import FakeHuggingFace
from tests.fake_huggingface.vectors import TOKEN, built_in_vector, pixels_vector

__all__ = [
    "FAULTS",
    "LEAKS",
    "TOKEN",
    "Behaviour",
    "Exchange",
    "FakeHuggingFace",
    "Received",
    "ScalesToZero",
    "VirtualClock",
    "built_in_vector",
    "hang_up",
    "hold",
    "page",
    "pixels_vector",
    "redirect",
    "reset",
    "reset_midway",
    "status",
    "text",
    "trickle",
    "trickle_headers",
    "vector",
]
