"""The body of a 200 -> Embedding. Nothing is trusted before it is checked."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from search.encoders.dialects import Dialect
from search.errors import BadAnswer
from search.vectors import Embedding, VectorSpace

# 512 numbers take 12 kB; what is a hundred times larger is no answer to our question.
MAX_ANSWER_BYTES = 1_000_000


def embedding_in(body: bytes, dialect: Dialect, space: VectorSpace) -> Embedding:
    """Take the embedding out of an answer in this dialect.

    Raises BadAnswer, with the reason, unless it holds `space.dimensions` finite numbers that are
    not all zero.
    """
    answer = _parse(body)
    if isinstance(answer, dict) and "error" in answer:
        raise BadAnswer(reason="@reasons.answer_error", detail=_said(answer["error"]))
    try:
        numbers = dialect.unpack(answer)
    except (ValueError, RecursionError):
        numbers = None
    return Embedding.from_numbers(_only_numbers(numbers), space)


def _parse(body: bytes) -> Any:  # noqa: ANN401 - parsed JSON is anything
    if not body.strip():
        raise BadAnswer(reason="@reasons.answer_empty")
    if body.lstrip()[:1] == b"<":
        raise BadAnswer(reason="@reasons.answer_page")
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        reason = "@reasons.answer_not_json"
    raise BadAnswer(reason=reason)


def _said(error: Any) -> str:  # noqa: ANN401 - parsed JSON is anything
    try:
        return str(error)
    except RecursionError:  # lists in lists in lists
        return ""


def _refuse(_: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not know."""
    raise BadAnswer(reason="@reasons.answer_not_finite")


def _only_numbers(numbers: Any) -> list[float]:  # noqa: ANN401 - parsed JSON is anything
    """Let pass a flat list of numbers: numpy would also take "1.5" and true for one."""
    if not isinstance(numbers, list):
        raise BadAnswer(reason="@reasons.answer_no_list")
    if any(isinstance(number, list) for number in numbers):
        raise BadAnswer(reason="@reasons.answer_nested")
    if any(type(number) not in (int, float) for number in numbers):
        raise BadAnswer(reason="@reasons.answer_not_numbers")
    return numbers
