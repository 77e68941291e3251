"""The usage page's figures in sentences, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from search.calls import Call
from search.language import Fact, Language
from search.usage.beside import Beside
from search.usage.report import UsageReport
from search.usage.span import Preset
from search.usage.telling import in_words, said_by_server
from search.usage.views import (
    Allowance,
    Drift,
    Forecast,
    Latency,
    Now,
    OutcomeCount,
    Outcomes,
    Percentiles,
    Quota,
    SearchFigures,
    Trial,
    Trouble,
    Why,
)
from search.vectors import VectorSpace

_NONE = "—"
# JSON and the page have the others.
TROUBLES = 5

Explain = Callable[[Call], Why]


def lines(report: UsageReport, last: Preset, words: Language, why: Explain) -> list[str]:
    """Return the lines of everything there is, first those of a call that was made to see.

    `why` says what is known of a failed call.
    """
    say = _Say(words)
    return [
        *(say.trial(report.trial, report.now.space) if report.trial else ()),
        *say.state(report.now),
        *(say.beside(report.beside) if report.beside else ()),
        *say.quota(report.quota),
        words.text(f"command.usage.span_{last}"),
        say.searches(report.searches),
        say.times("searches", report.latency.searches),
        *say.drift(report.searches.drift),
        *say.outcomes(report.outcomes),
        *(say.by_model(report.beside) if report.beside else ()),
        say.times("calls", report.latency.calls),
        *say.cold(report.latency),
        *say.troubles(report.outcomes, why),
    ]


class _Say:
    """Says each view in one language."""

    def __init__(self, words: Language) -> None:
        self._words = words

    def trial(self, trial: Trial, space: VectorSpace) -> list[str]:
        stages = [self._attempt(call) for call in trial.calls]
        if trial.checked:
            stages.append(self._text("checked", space=str(space)))
        if trial.nearest is not None:
            nearest, took = self._words.similarity(trial.nearest), trial.database_seconds
            stages.append(self._text("nearest", similarity=nearest, took=self._seconds(took)))
        if not trial.sent:
            stages.append(self._text("unsent_trial"))
        if trial.failed:
            stages.append(" ".join(in_words(Why(trial.failed, trial.facts), self._words)))
        return [*stages, self._text("took", took=self._seconds(trial.seconds)), ""]

    def state(self, now: Now) -> list[str]:
        state = self._text(f"state_{now.state}")
        if now.since is not None:
            state = self._text("since", state=state, since=self._words.moment(now.since))
        reasons = in_words(now.why, self._words) if now.why.code else []
        success = self._words.moment(now.last_success) if now.last_success else _NONE
        who = ", ".join(filter(None, (now.encoder, now.address, str(now.space))))
        return [" ".join([f"{state}.", *reasons]), self._text("who", who=who, success=success)]

    def beside(self, beside: Beside) -> list[str]:
        """Say how the other model's host does; of one that runs both, that it limits both."""
        now = beside.now
        if beside.shares_host:
            return [self._text("shares_host", model=str(now.space), host=now.address)]
        used = self._text("used_there", used=beside.used) if now.address else ""
        paused = self._text("paused_there", n=len(beside.pauses)) if beside.pauses else ""
        told = [*self.state(now), *filter(None, (used, paused))]
        return [self._text("beside"), *(f"  {line}" for line in told)]

    def by_model(self, beside: Beside) -> list[str]:
        if not beside.by_model:
            return []
        counts = (f"{name}: {self._words.value(n)}" for name, n in beside.by_model.items())
        return [self._text("by_model", counts=", ".join(counts))]

    def quota(self, quota: Quota) -> list[str]:
        if not quota.counts:
            return [self._text("uncounted")]
        lines = [
            self._allowance("month", quota.month, quota),
            self._allowance("day", quota.day, quota),
        ]
        used_up = quota.month.share >= 1
        # Nothing more is sent where a hard limit is used up: there is nothing to foresee.
        if quota.forecast is not None and not (used_up and quota.stops):
            lines.append(self._forecast(quota.forecast, used_up=used_up))
        share = self._words.share(quota.saved_share)
        return [*lines, self._text("saved", saved=quota.saved, share=share)]

    def times(self, what: str, found: Percentiles) -> str:
        if not found.count:
            return self._text(f"no_{what}")
        names = ("p50", "p90", "p95", "p99")
        times = {name: self._seconds(getattr(found, name)) for name in names}
        return self._text(f"times_{what}", count=found.count, **times)

    def cold(self, latency: Latency) -> list[str]:
        if not latency.cold or latency.cold_longest is None:
            return []
        longest = self._seconds(latency.cold_longest)
        return [self._text("cold", count=latency.cold, longest=longest)]

    def outcomes(self, outcomes: Outcomes) -> list[str]:
        if not outcomes.totals:
            return [self._text("no_attempts")]
        kinds = ", ".join(self._kind(total) for total in outcomes.totals)
        counts = {"sent": outcomes.sent, "unsent": outcomes.unsent, "retries": outcomes.retries}
        said = self._text("attempts", **counts, kinds=kinds)
        return [said, self._purposes(outcomes.purposes)] if outcomes.purposes else [said]

    def troubles(self, outcomes: Outcomes, why: Explain) -> list[str]:
        """Say the latest failures, what came of one thing in one line: when, what, what to do."""
        found = [self._trouble(trouble, why) for trouble in outcomes.troubles[:TROUBLES]]
        more = len(outcomes.troubles) - len(found)
        rest = [self._text("more_troubles", n=more)] if more else []
        return [self._text("troubles"), *found, *rest] if found else []

    def drift(self, drift: Drift | None) -> list[str]:
        if drift is None:
            return []
        way = "lower" if drift.after < drift.before else "higher"
        facts = {
            "difference": self._words.similarity(abs(drift.after - drift.before)),
            "before": self._words.similarity(drift.before),
            "after": self._words.similarity(drift.after),
            "since": self._words.moment(drift.since),
        }
        if drift.until is None:
            return [self._text(f"drift_{way}", **facts)]
        until = self._words.moment(drift.until)
        return [self._text(f"drift_{way}_over", **facts, until=until)]

    def searches(self, searches: SearchFigures) -> str:
        return self._text(
            "searches",
            total=searches.total,
            failed=searches.failed,
            remembered=searches.remembered,
            none=searches.none_above,
        )

    def _purposes(self, purposes: Mapping[str, int]) -> str:
        counts = (
            f"{self._words.text(f'purposes.{purpose}')}: {self._words.value(calls)}"
            for purpose, calls in purposes.items()
        )
        return self._text("purposes", counts=", ".join(counts))

    def _trouble(self, trouble: Trouble, why: Explain) -> str:
        call, said = trouble.last, said_by_server(trouble.last)
        # Once where both are of one minute.
        when = " – ".join(dict.fromkeys(map(self._words.moment, (trouble.since, trouble.until))))
        times = self._text("times", n=trouble.calls)
        name = self._outcome(call.outcome, call.status)
        head = self._text("trouble", when=when, times=times, name=name)
        quoted = [self._text("said", said=said)] if said else []
        return " ".join([head, *quoted, *in_words(why(call), self._words)[1:]])

    def _attempt(self, call: Call) -> str:
        name = self._outcome(call.outcome, call.status)
        return self._text(
            "attempt", number=call.attempt, name=name, took=self._seconds(call.seconds)
        )

    def _seconds(self, seconds: float | None) -> str:
        """Write a time as precisely as its size makes sense: 0.012, 1.25, 45.1."""
        if seconds is None:
            return _NONE
        decimals = 3 if seconds < 0.1 else 2 if seconds < 10 else 1  # noqa: PLR2004 - see above
        return self._words.value(round(seconds, decimals))

    def _allowance(self, name: str, allowance: Allowance, quota: Quota) -> str:
        used = self._text(name, used=allowance.used)
        if not allowance.limit:
            return f"{used} {self._text('no_limit')}"
        kind = "hard" if quota.stops else "soft"
        left = self._text(
            "limit",
            limit=allowance.limit,
            left=allowance.left or 0,
            kind=self._text(kind),
            resets=self._words.moment(allowance.resets_at),
        )
        pace = self._text("pace", pace=round(quota.pace)) if allowance is quota.month else ""
        warned = ""
        if allowance.share >= 1:
            warned = self._text("used_up")
        elif allowance.share >= quota.warns_at:
            warned = self._text("warned")
        return " ".join(filter(None, (used, left, pace, warned)))

    def _forecast(self, found: Forecast, *, used_up: bool) -> str:
        ends = {name: round(getattr(found, name)) for name in ("total", "low", "high")}
        said = self._text("forecast", **ends)
        if used_up or found.runs_out_earliest is None:
            return said
        days = (found.runs_out_earliest, found.runs_out, found.runs_out_latest)
        earliest, day, latest = (
            self._words.day(one) if one else self._text("never") for one in days
        )
        return f"{said} {self._text('runs_out', day=day, earliest=earliest, latest=latest)}"

    def _kind(self, total: OutcomeCount) -> str:
        return f"{self._outcome(total.outcome, total.status)}: {self._words.value(total.calls)}"

    def _outcome(self, outcome: str, status: int | None) -> str:
        name = f"outcomes.{outcome}"
        said = self._words.text(name) if name in self._words else outcome
        return said if status is None else f"{said} ({status})"

    def _text(self, key: str, **facts: Fact) -> str:
        return self._words.text(f"command.usage.{key}", **facts)
