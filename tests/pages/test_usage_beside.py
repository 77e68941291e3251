"""What the usage page tells of the model beside the active one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from search.calls import BreakerState
from search.usage.beside import Beside
from search.usage.views import Breaker, Pause, State, Why
from search.vectors import VectorSpace
from tests.pages.played_monitoring import HOST, PlayedMonitoring, quota, working
from tests.pages.usage_page import OpenUsage, html, said

THERE = "next.example"
NEXT = VectorSpace("acme/clip-two", "7")


def beside(*, shares_host: bool = False, **changes: Any) -> Beside:  # noqa: ANN401 - any field
    """Return a second model whose host fails, or which is at the active one's."""
    now = datetime.now(UTC)
    until = now + timedelta(seconds=20)
    paused = Pause("web-2:9", now - timedelta(seconds=10), until, False, 0, "encoder_failed")  # noqa: FBT003 - a row
    other = working(
        state=State.UNREACHABLE,
        why=Why("encoder_failed", {"host": THERE, "status": 502}),
        address=HOST if shares_host else THERE,
        encoder="vLLM",
        space=NEXT,
        breaker=Breaker(BreakerState.OPEN, until),
    )
    made = Beside(
        other,
        shares_host=shares_host,
        used=1_234,
        pauses=[] if shares_host else [paused],
        by_model={str(NEXT): 1_100, "openai/clip-vit-base-patch32": 410},
    )
    return replace(made, **changes)


def test_one_model_is_told_alone(usage: OpenUsage) -> None:
    """Whoever has no second model reads nothing of one."""
    page = said(usage(PlayedMonitoring()))
    assert "Beside it" not in page
    assert "By model" not in page


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "en",
            [
                "Beside it: acme/clip-two@7",
                "Unreachable",
                "next.example failed on its own side (502).",
                "Calls are paused until ",
                "By model, at whichever server: acme/clip-two@7: 1,100; openai/clip-vit-base-",
                "1,234 calls were sent to next.example this month; they are counted by themselves",
                "Of the model beside it, at next.example",
                "web-2:9",
            ],
        ),
        (
            "ru",
            [
                "Рядом: acme/clip-two@7",
                "Запросы приостановлены до ",
                "По моделям, на любой сервер: acme/clip-two@7: 1 100",
                "на next.example отправлено 1 234 запроса; счёт у них отдельный",
                "Модель рядом, next.example",
            ],
        ),
    ],
)
def test_the_other_host_has_a_state_pauses_and_a_count_of_its_own(
    usage: OpenUsage, code: str, told: list[str]
) -> None:
    """What keeps the next model from being indexed is seen where one looks for it."""
    page = usage(PlayedMonitoring(other=beside()), code)
    assert [one for one in told if one not in said(page)] == []
    assert 'class="usage-now working"' in html(page)
    assert 'class="usage-now beside unreachable"' in html(page)


def test_one_host_for_both_is_said_where_its_limits_are(usage: OpenUsage) -> None:
    """At the state, at the quota and at the breaker; none of them is told twice."""
    page = said(usage(PlayedMonitoring(other=beside(shares_host=True))))
    assert f"The model beside it, acme/clip-two@7, is at the same server, {HOST}." in page
    assert f"Both models are at {HOST}, which limits them together" in page
    assert f"It is one for both models, since both are at {HOST}." in page
    assert "counted by themselves" not in page
    assert "Unreachable" not in page


def test_a_next_model_nobody_asked_yet_is_no_call_to_test(usage: OpenUsage) -> None:
    """And beside a built-in encoder, which has no quota, its server's calls are counted."""
    unknown = working(state=State.UNKNOWN, since=None, why=Why("", {}), address=THERE, space=NEXT)
    other = beside(now=replace(unknown, last_success=None, last_call=None), pauses=[], by_model={})
    active = working(address="", encoder="built-in")
    page = said(usage(PlayedMonitoring(active, quota(counts=False), other=other)))
    assert "Not asked yet" in page
    assert "No call has been made yet" not in page
    assert "1,234 calls were sent to next.example this month" in page
