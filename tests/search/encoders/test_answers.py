"""An answer is checked before it is trusted."""

from __future__ import annotations

import json

import numpy as np
import pytest

from search.encoders.answers import embedding_in
from search.encoders.dialects import DIALECTS, HUGGINGFACE, IMMICH, VLLM, Dialect
from search.errors import BadAnswer
from search.vectors import CLIP

GOOD = [float(number) for number in np.linspace(-1, 1, 512)]
UNIT = np.asarray(GOOD) / np.linalg.norm(GOOD)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize(
    "answer",
    [GOOD, [GOOD], {"embedding": GOOD}, {"embeddings": GOOD}, {"embeddings": [GOOD]}],
    ids=["list", "nested", "embedding", "embeddings", "embeddings_nested"],
)
def test_every_common_shape_is_accepted_in_every_dialect(dialect: Dialect, answer: object) -> None:
    """Handlers on the Hub differ in how they wrap the 512 numbers."""
    embedding = embedding_in(json.dumps(answer).encode(), dialect, CLIP)
    np.testing.assert_allclose(embedding.vector, UNIT, atol=1e-6)


@pytest.mark.parametrize(
    ("dialect", "answer"),
    [
        (VLLM, {"data": [{"index": 0, "embedding": GOOD}]}),
        (IMMICH, {"clip": json.dumps(GOOD), "imageHeight": 1}),
        (IMMICH, {"clip": GOOD}),
    ],
)
def test_a_dialect_has_a_shape_of_its_own(dialect: Dialect, answer: object) -> None:
    """OpenAI's list and Immich's JSON inside a string are understood."""
    embedding = embedding_in(json.dumps(answer).encode(), dialect, CLIP)
    np.testing.assert_allclose(embedding.vector, UNIT, atol=1e-6)


def with_number(text: str) -> bytes:
    """Return a good answer whose first number is this text."""
    return json.dumps(["?", *GOOD[1:]]).replace('"?"', text).encode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "@reasons.answer_empty"),
        (b" \n", "@reasons.answer_empty"),
        (b"<!doctype html><p>Sign in</p>", "@reasons.answer_page"),
        (b"vector", "@reasons.answer_not_json"),
        (b"[0.1, 0.2", "@reasons.answer_not_json"),
        (b"\xff\xfe[1]", "@reasons.answer_not_json"),
        (b"[" * 100_000, "@reasons.answer_not_json"),
        (with_number("NaN"), "@reasons.answer_not_finite"),
        (with_number("Infinity"), "@reasons.answer_not_finite"),
        (with_number("-Infinity"), "@reasons.answer_not_finite"),
        (with_number("1e999"), "@reasons.answer_not_finite"),
        (with_number("true"), "@reasons.answer_not_numbers"),
        (with_number("null"), "@reasons.answer_not_numbers"),
        (with_number('"0.5"'), "@reasons.answer_not_numbers"),
        (with_number("{}"), "@reasons.answer_not_numbers"),
        (with_number("[0.5]"), "@reasons.answer_nested"),
        (with_number("1" + "0" * 400), "@reasons.answer_not_numbers"),
        (json.dumps([[[GOOD]]]).encode(), "@reasons.answer_nested"),
        (json.dumps([GOOD, GOOD]).encode(), "@reasons.answer_nested"),
        (json.dumps([0] * 512).encode(), "@reasons.answer_zero"),
        (json.dumps(GOOD[:-1]).encode(), "@reasons.answer_length"),
        (json.dumps(GOOD * 2).encode(), "@reasons.answer_length"),
        (b"[]", "@reasons.answer_length"),
        (b"{}", "@reasons.answer_no_list"),
        (b"null", "@reasons.answer_no_list"),
        (b"0.5", "@reasons.answer_no_list"),
        (b'{"embedding": "AAAA"}', "@reasons.answer_no_list"),
        (b'{"error": "out of memory"}', "@reasons.answer_error"),
    ],
    ids=lambda part: part[:24] if isinstance(part, bytes) else None,
)
def test_what_is_no_embedding_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    """Nothing but 512 finite numbers that are not all zero ever reaches the search."""
    with pytest.raises(BadAnswer) as caught:
        embedding_in(body, HUGGINGFACE, CLIP)
    assert caught.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("dialect", "answer"),
    [
        (VLLM, {"data": []}),
        (VLLM, {"data": [5]}),
        (VLLM, {"data": [{"embedding": None}]}),
        (IMMICH, {"clip": "not json"}),
        (IMMICH, {"clip": json.dumps(["0.5"] * 512)}),
        (IMMICH, {"clip": "[" + "NaN," * 511 + "1]"}),
        (IMMICH, {"clip": None}),
    ],
)
def test_a_dialects_own_shape_is_checked_as_strictly(dialect: Dialect, answer: object) -> None:
    """What is wrapped deeper is not trusted more."""
    with pytest.raises(BadAnswer):
        embedding_in(json.dumps(answer).encode(), dialect, CLIP)
