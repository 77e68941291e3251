"""What of the usage page is looked at: in its address, and told where it cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.pages.played_monitoring import PlayedMonitoring
from tests.pages.usage_page import OpenUsage


def test_the_range_is_in_the_address(usage: OpenUsage) -> None:
    """A link opens the same view: presets, whole days, and a pause."""
    played = PlayedMonitoring()
    page = usage(played, range="week", refresh="off")
    assert page.query_params["range"] == "week"
    assert page.query_params["refresh"] == "off"
    assert played.asked[-1].until - played.asked[-1].since == timedelta(days=7)
    page = usage(played, range="custom", **{"from": "2026-01-05", "to": "2026-01-07"})
    assert played.asked[-1].since == datetime(2026, 1, 5, tzinfo=UTC)
    assert played.asked[-1].until == datetime(2026, 1, 8, tzinfo=UTC)
    assert not page.warning
    page.date_input[0].set_value(date(2026, 1, 6)).run()
    assert page.query_params["from"] == "2026-01-06"
    page = usage(played, range="nonsense")
    assert played.asked[-1].until - played.asked[-1].since == timedelta(days=1)
    assert "from" not in page.query_params


def test_a_page_that_is_opened_leaves_its_address_alone(usage: OpenUsage) -> None:
    """Else the first step back would lead to the page on which one is; a choice is told."""
    page = usage(PlayedMonitoring())
    assert not page.query_params
    for chosen in ("week", "day"):
        page.session_state["usage_range"] = chosen
        page.run()
        assert page.query_params["range"] == chosen


def test_days_that_are_none_get_a_sentence(usage: OpenUsage) -> None:
    """It names what stands in the address as text; another choice takes it away."""
    page = usage(PlayedMonitoring(), range="custom", **{"from": "2026-13-*45*", "to": "9999-01-01"})
    assert "2026\\-13\\-\\*45\\*” in the address is no date" in page.warning[0].value
    assert page.query_params["to"] == f"{datetime.now(UTC).date()}"
    page.date_input[0].set_value(date(2026, 1, 6)).run()
    assert not page.warning


def test_a_link_that_cannot_be_followed_as_it_is_says_so(usage: OpenUsage) -> None:
    """An unknown range, days that are none of ours, and another reader's time zone."""
    page = usage(PlayedMonitoring(), range="year")
    assert "“year” in the address is no range" in page.warning[0].value
    days = {"from": "2026-01-05", "to": "2999-01-07", "zone": "Asia/Tokyo"}
    page = usage(PlayedMonitoring(), range="custom", **days)
    sentences = " ".join(one.value for one in page.warning)
    assert "after today are not shown" in sentences
    assert "made in the time zone Asia/Tokyo" in sentences
    assert page.query_params["zone"] == "UTC"


def test_days_in_the_wrong_order_are_swapped_and_that_is_said(usage: OpenUsage) -> None:
    """Nobody gets an empty page for it."""
    page = usage(PlayedMonitoring(), range="custom", **{"from": "2026-02-02", "to": "2026-01-01"})
    assert any("The first day lies after the last one" in one.value for one in page.caption)
