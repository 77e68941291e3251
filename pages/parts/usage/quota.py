"""What is used, what is left, and where the month ends at this rate."""

from __future__ import annotations

import calendar
from datetime import UTC, timedelta
from itertools import accumulate

import streamlit as st

from pages.parts.usage.beside import quota_says
from pages.parts.usage.chart.axes import count_axis
from pages.parts.usage.chart.chart import Drawing, Key, Trace, chart, label, line
from pages.parts.usage.exports import Export, Head, section_head
from pages.parts.usage.figures import Figures
from pages.parts.usage.markup import Html, element, join, paragraph
from pages.parts.usage.words import Words, rounded
from search.usage.views import Allowance, Forecast, Quota

_DAY = timedelta(days=1)
# A limit that is farther away than this many times the forecast would flatten all below it.
_NEAR = 6


def show_quota(figures: Figures, words: Words) -> None:
    """Show month and day against their limits, and the forecast."""
    quota = figures.quota
    export = Export("quota", ("day_utc", "calls"), quota.by_day.items)
    head = Head("quota", words.say("quota.title"), figures.span)
    section_head(head, words, [export] if quota.counts else [])
    if not quota.counts:
        lead = paragraph(words.say("quota.not_counted"), "lead")
        st.html(join(lead, paragraph(quota_says(figures.beside, words), "note")))
        return
    st.html(element("div", _month(quota, words), _today(quota, words), class_="meters"))
    sentence = forecast_says(quota, words)
    st.html(paragraph(sentence, "lead"))
    if any(quota.by_day.values()):
        chart(_drawing(quota, words), says=sentence, key="usage_quota_chart", t=words.t)
    said = [quota_says(figures.beside, words), *notes(quota, words)]
    st.html(join(*(paragraph(text, "note") for text in said)))


def forecast_says(quota: Quota, words: Words) -> str:
    """Say where the month ends, or when its limit is reached."""
    month, foreseen = quota.month, quota.forecast
    if month.left == 0:
        return words.say("quota.spent", limit=words.count(month.limit))
    if foreseen is None:
        return words.say("quota.nothing_to_go_by")
    facts = {
        "total": words.count(rounded(foreseen.total)),
        "low": words.count(rounded(foreseen.low)),
        "high": words.count(rounded(foreseen.high)),
        "limit": words.count(month.limit),
        "month": words.month(alone=False),
    }
    if foreseen.runs_out is not None:
        facts["day"] = words.day(foreseen.runs_out)
        return f"{words.say('quota.runs_out', **facts)} {_when(foreseen, words)}".strip()
    if not month.limit:
        return words.say("quota.ends_without_limit", **facts)
    if foreseen.runs_out_earliest is None:
        return words.say("quota.ends", **facts)
    earliest = words.day(foreseen.runs_out_earliest)
    said = words.say("quota.ends_close", **facts)
    return f"{said} {words.say('quota.may_run_out', day=earliest)}"


def _when(foreseen: Forecast, words: Words) -> str:
    first, last = foreseen.runs_out_earliest, foreseen.runs_out_latest
    if first is not None and last is not None:
        return words.say("quota.between", days=words.days(first, last))
    if first is not None:
        return words.say("quota.or_not", day=words.day(first))
    return ""


def notes(quota: Quota, words: Words) -> list[str]:
    """Say what the cache saved, which limits are on, and whose days these are."""
    saved = words.say(
        "quota.saved",
        n=quota.saved,
        calls=words.count(quota.saved),
        share=words.share(quota.saved_share),
    )
    soft = words.say("quota.soft", share=words.share(quota.warns_at))
    hard = words.say("quota.hard_on" if quota.stops else "quota.hard_off")
    limited = quota.month.limit or quota.day.limit
    limits = f"{soft} {hard}" if limited else words.say("quota.no_limits")
    return [saved if quota.saved else words.say("quota.saved_none"), limits, words.say("quota.utc")]


def _month(quota: Quota, words: Words) -> Html:
    month = quota.month
    pace = quota.pace / month.limit if month.limit else None
    even = words.say("quota.pace", calls=words.count(quota.pace)) if month.limit else ""
    name = words.month(alone=True).capitalize()
    return _meter(name, month, quota.warns_at, words, pace=pace, even=even)


def _today(quota: Quota, words: Words) -> Html:
    day = words.day(words.now.astimezone(UTC), "d MMM")
    return _meter(words.say("quota.today", day=day), quota.day, quota.warns_at, words)


def _meter(
    name: str,
    allowance: Allowance,
    warns_at: float,
    words: Words,
    *,
    pace: float | None = None,
    even: str = "",
) -> Html:
    """Build a bar with its figures; without a limit there is nothing to fill."""
    used = words.count(allowance.used)
    head = join(
        element("span", name, class_="meter-name"),
        element("strong", used),
        element("span", _of(allowance, words)),
    )
    if not allowance.limit:
        return element("div", element("p", head, class_="meter-head"), class_="meter")
    share = min(allowance.share, 1.0)
    marks = [element("span", class_="used", style=f"width:{100 * share:.1f}%")]
    if pace is not None:
        marks.append(element("span", class_="pace", style=f"left:{100 * min(pace, 1.0):.1f}%"))
    bar = element("div", *marks, class_="meter-bar", aria_hidden="true")
    left = words.say(
        "quota.left",
        left=words.count(allowance.left or 0),
        lasting=words.lasting(allowance.resets_at - words.now),
        at=words.moment(allowance.resets_at),
    )
    tone = "spent" if allowance.left == 0 else "warn" if allowance.share >= warns_at else "calm"
    said = {
        "calm": "",
        "warn": words.say("quota.warn", share=words.share(warns_at)),
        "spent": words.say("quota.used_up"),
    }[tone]
    return element(
        "div",
        element("p", head, class_="meter-head"),
        bar,
        paragraph(left, "note"),
        paragraph(even, "note even"),
        paragraph(said, "alarm"),
        class_=f"meter {tone}",
    )


def _of(allowance: Allowance, words: Words) -> str:
    if not allowance.limit:
        return words.say("quota.no_limit")
    limit, share = words.count(allowance.limit), words.share(allowance.share)
    return words.say("quota.of", limit=limit, share=share)


def _drawing(quota: Quota, words: Words) -> Drawing:
    now = words.now.astimezone(UTC)
    length = calendar.monthrange(now.year, now.month)[1]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = now.day - 1 + (now - midnight) / _DAY
    days = sorted(quota.by_day)
    calls = [0, *accumulate(quota.by_day[day] for day in days)]
    ends = [0.0, *(float(day.day) for day in days[:-1]), at]
    limit = quota.month.limit
    foreseen = _foreseen(quota)
    top = float(max(calls[-1], foreseen.high if foreseen else 0, 1))
    shows_limit = 0 < limit <= _NEAR * top
    top = max(top, limit) if shows_limit else top * 1.15
    traces: list[Trace] = []
    keys = [Key(words.say("quota.used"), "--violet")]
    if foreseen:
        traces += _fan(foreseen, (at, length), calls[-1], limit if quota.stops else 0)
        keys.append(Key(words.say("quota.forecast"), "--violet/0.5"))
    if limit:
        traces.append(
            line([0, length], [0, limit], "--quiet", line=_dotted("--quiet")),
        )
        keys.append(Key(words.say("quota.even_pace"), "--quiet", "."))
    if shows_limit:
        traces.append(line([0, length], [limit, limit], "--red", line=_dotted("--red", "dash")))
    traces.append(_so_far(ends, calls, words, quota))
    ticks = range(0, length, 7)
    return Drawing(
        traces,
        x={
            "range": [0, length],
            "tickvals": list(ticks),
            "ticktext": [words.day(now.replace(day=tick + 1), "d MMM") for tick in ticks],
            "showgrid": False,
        },
        y=count_axis(top, words),
        legend=keys,
        annotations=[_limit_label(limit, words)] if shows_limit else (),
    )


def _foreseen(quota: Quota) -> Forecast | None:
    """Return what can be drawn: where a hard limit is used up, nothing more is sent."""
    return None if quota.stops and quota.month.left == 0 else quota.forecast


def _fan(foreseen: Forecast, days: tuple[float, float], used: int, stop: int) -> list[Trace]:
    """Draw the forecast from now to the month's end; at a hard limit, `stop`, it goes on level."""

    def path(ends: float, **look: object) -> Trace:
        x, y = [*days], [float(used), ends]
        if 0 < stop < ends:
            reached = days[0] + (days[1] - days[0]) * (stop - used) / (ends - used)
            x, y = [days[0], reached, days[1]], [float(used), stop, stop]
        return line(x, y, "--violet", **look)

    low, high = (path(ends, line={"width": 0}) for ends in (foreseen.low, foreseen.high))
    middle = path(foreseen.total, line=_dotted("--violet", "dot"))
    return [low, {**high, "fill": "tonexty", "fillcolor": "--violet/0.3"}, middle]


def _so_far(ends: list[float], calls: list[int], words: Words, quota: Quota) -> Trace:
    made = [""] + [
        f"{words.day(day)}: {words.count(quota.by_day[day])}<br>{words.say('quota.in_all')} "
        f"{words.count(total)}"
        for day, total in zip(sorted(quota.by_day), calls[1:], strict=True)
    ]
    return line(
        ends,
        [float(number) for number in calls],
        "--violet",
        line={"color": "--violet", "width": 3},
        hoverinfo="text",
        hovertext=made,
    )


def _limit_label(limit: int, words: Words) -> dict[str, object]:
    text = words.say("quota.limit", limit=words.count(limit))
    return label(text, "--red", x=0.2, y=limit, xanchor="left", yanchor="top")


def _dotted(colour: str, dash: str = "dot") -> dict[str, object]:
    return {"color": colour, "width": 1.5, "dash": dash}
