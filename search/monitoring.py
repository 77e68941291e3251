"""Monitoring: how the encoder does, what it cost, what is left, and one real call to see."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from search.calls import (
    OK,
    REMEMBERED,
    UNDER_WAY,
    BreakerChange,
    Call,
    utc_now,
)
from search.encoders.choice import named_by, space_of
from search.encoders.recording import RecordedEncoder
from search.errors import LikenessError
from search.models.configured import Configured
from search.progress import Report, silent
from search.settings import Settings
from search.store.calls import Tally
from search.store.store import Store
from search.trial import make_trial
from search.usage.drift import drift_of
from search.usage.forecast import HISTORY, forecast
from search.usage.latency import DISPLAY_EDGES
from search.usage.quota import allowances, days_so_far, month_of, pace
from search.usage.span import Span
from search.usage.state import Standing, state_of
from search.usage.telling import why
from search.usage.troubles import pauses, troubles
from search.usage.views import (
    Allowance,
    Latency,
    Now,
    OutcomeCount,
    Outcomes,
    Pause,
    Quota,
    SearchFigures,
    State,
    Trial,
    Why,
)
from search.vectors import VectorSpace

# How far back the beginning of a state is looked for: days, at the quota's pace.
CALLS_LOOKED_AT = 2_000
# What of a span is looked at one by one.
MOST_FAILURES = MOST_CHANGES = 5_000
# How far beyond a span's ends a pause may have begun or ended that is of it.
LONGEST_PAUSE = timedelta(days=1)
# What was recorded a moment ago is on its way to the database, which may be away.
FLUSH_SECONDS = 1.0
# Whoever waited for it in vain says for all, for so long: a page asks for several things.
IN_VAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is asked for embeddings, or would be. `error` is why it cannot be built."""

    name: str
    address: str
    host: str
    space: VectorSpace
    error: LikenessError | None = None


class Monitoring:
    """One an engine. Every process says the same: all of it is read from the database.

    The methods raise StoreError, all but `trial`. An encoder that cannot be built is shown
    as one that refuses, and with what was recorded of it.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        encoder: Callable[[], RecordedEncoder],
        flush: Callable[[float], bool],
        now: Callable[[], datetime] = utc_now,
        *,
        model: Callable[[], Configured] | None = None,
    ) -> None:
        """Take where to ask for the encoder, and how to have everything written.

        `flush` waits for it, so many seconds, and tells whether it is. `model` returns the encoder
        as the settings describe it; without it, it is their first.
        """
        self._store = store
        self._settings = settings
        self._encoder = encoder
        self._flush = flush
        self._flushes_from = 0.0
        self._now = now
        self._model = model or self._first

    def as_written(self) -> Monitoring:
        """Return one that waits for nothing to be written: it may lack what happened just now."""
        store, settings, encoder = self._store, self._settings, self._encoder
        return Monitoring(store, settings, encoder, lambda _: True, self._now, model=self._model)

    def now(self) -> Now:
        """Return the state of the encoder."""
        now, asked = self._written(), self._asked()
        breaker = self._store.breakers.current(asked.host, now)
        calls = self._store.calls.last(asked.host, now, CALLS_LOOKED_AT)
        standing = state_of(calls, breaker, self._hard_limits(asked.host, now), now, self.why)
        if asked.error is not None:
            told = Why(asked.error.code, asked.error.facts)
            standing = Standing(State.REFUSING, None, told)
        return Now(
            standing.state,
            standing.since,
            standing.why,
            asked.name,
            asked.address,
            asked.space,
            self._store.calls.last_success(asked.host, now),
            calls[0].started_at if calls else None,
            breaker,
        )

    def why(self, call: Call) -> Why:
        """Return what a failed call's error was, as far as its row tells.

        Its sentences are `errors.<code>.what` and `errors.<code>.next`.
        """
        model = self._described()
        return why(call, model.settings, model.variables)

    def quota(self) -> Quota:
        """Return this month and today (UTC) against the limits, with a forecast."""
        now, host, settings = self._written(), self._asked().host, self._settings
        period = month_of(now)
        by_day = self._by_day(host, now)
        month, day = self._allowances(by_day, now)
        saved = self._store.calls.saved(host, period.start, period.end) if host else 0
        return Quota(
            counts=bool(host),
            month=month,
            day=day,
            by_day=days_so_far(by_day, now),
            pace=pace(settings.monthly_calls, now),
            forecast=forecast(by_day, now, settings.monthly_calls),
            saved=saved,
            saved_share=saved / (saved + month.used) if saved else 0.0,
            warns_at=settings.quota_warns_at,
            stops=settings.quota_stops,
        )

    def latency(self, span: Span) -> Latency:
        """Return how long calls and searches of a span took, cold starts apart."""
        self._written()
        asked = self._asked()
        calls = self._store.calls.latency(asked.host, span)
        searches = self._store.search_log.latency(asked.space, span)
        return Latency(
            calls=calls.calls,
            searches=searches.searches,
            split=searches.split,
            buckets=span.buckets,
            by_bucket=calls.by_bucket,
            split_by_bucket=searches.split_by_bucket,
            edges=DISPLAY_EDGES,
            counts=calls.counts,
            cold=calls.cold,
            cold_longest=calls.cold_longest,
            cold_counts=calls.cold_counts,
            cold_by_bucket=calls.cold_by_bucket,
        )

    def searches(self, span: Span) -> SearchFigures:
        """Return what was searched for in a span, in the encoder's space, and what was found."""
        self._written()
        found = self._store.search_log.figures(self._asked().space, span)
        counts = zip(found.by_bucket, found.failed_by_bucket, strict=True)
        succeeded = [total - failed for total, failed in counts]
        return replace(found, drift=drift_of(span, found.best_by_bucket, succeeded))

    def outcomes(self, span: Span) -> Outcomes:
        """Return what the calls of a span came to, and what there is to know of the failed ones."""
        now, host, calls = self._written(), self._asked().host, self._store.calls
        tallies = calls.outcomes(host, span)
        well = (OK, REMEMBERED, UNDER_WAY)
        attempts = [tally for tally in tallies if tally.outcome != REMEMBERED]
        return Outcomes(
            buckets=span.buckets,
            by_bucket=_by_step(tallies, len(span.buckets)),
            totals=_totals(tallies),
            calls=sum(tally.calls for tally in attempts),
            retries=sum(tally.retries for tally in attempts),
            failed=sum(tally.calls for tally in tallies if tally.outcome not in well),
            troubles=troubles(calls.failures(host, span, MOST_FAILURES), span.until - span.since),
            breaker=self._store.breakers.current(host, now),
            pauses=self._pauses(host, span),
            unsent=sum(tally.calls for tally in attempts if host and not tally.reached),
            purposes=_purposes(tally for tally in attempts if tally.reached or not host),
        )

    def failures(self, span: Span) -> list[Call]:
        """Return the last MOST_FAILURES attempts of a span that failed, the latest first."""
        self._written()
        return self._store.calls.failures(self._asked().host, span, MOST_FAILURES)

    def breaker_changes(self, span: Span) -> list[BreakerChange]:
        """Return the last MOST_CHANGES of the breakers in a span, the latest first."""
        self._written()
        host = self._asked().host
        return self._store.breakers.last(host, span.since, span.until, MOST_CHANGES)

    def trial(self, report: Report = silent) -> Trial:
        """Make one real call with a picture that nobody has ever encoded, whatever is remembered.

        A LikenessError is returned, not raised. `seconds` is the time for everything together.
        """
        return make_trial(self._encoder, self._store.embeddings, report)

    def _written(self) -> datetime:
        """Have everything written that was done so far, and return the moment."""
        if time.monotonic() >= self._flushes_from and not self._flush(FLUSH_SECONDS):
            self._flushes_from = time.monotonic() + IN_VAIN_SECONDS
        return self._now()

    def _asked(self) -> _Asked:
        try:
            encoder = self._encoder()
        except LikenessError as error:
            return _unbuilt(self._described().settings, error)
        return _Asked(encoder.name, encoder.address, encoder.host, encoder.space)

    def _described(self) -> Configured:
        """Return the active model's settings; the first one's when there is none for it."""
        try:
            return self._model()
        except LikenessError:
            return self._first()

    def _first(self) -> Configured:
        return Configured(self._settings, space_of(self._settings))

    def _pauses(self, host: str, span: Span) -> list[Pause]:
        """Return the pauses of which any part lies in a span, each of them whole."""
        begin, end = span.since - LONGEST_PAUSE, span.until + LONGEST_PAUSE
        found = pauses(self._store.breakers.last(host, begin, end, MOST_CHANGES))
        return [one for one in found if one.since < span.until and one.until >= span.since]

    def _by_day(self, host: str, now: datetime) -> dict[date, int]:
        """Return the calls that count, of this month and of the days that a forecast looks at."""
        since = min(month_of(now).start, now.astimezone(UTC) - timedelta(days=HISTORY))
        return self._store.calls.used_by_day(host, since.date()) if host else {}

    def _allowances(self, by_day: Mapping[date, int], now: datetime) -> tuple[Allowance, Allowance]:
        monthly, daily = self._settings.monthly_calls, self._settings.daily_calls
        return allowances(by_day, now, monthly=monthly, daily=daily)

    def _hard_limits(self, host: str, now: datetime) -> tuple[Allowance, Allowance] | None:
        if not (host and self._settings.quota_stops):
            return None
        return self._allowances(self._by_day(host, now), now)


def _by_step(tallies: Iterable[Tally], steps: int) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = {}
    for tally in tallies:
        counts.setdefault(tally.outcome, [0] * steps)[tally.step] += tally.calls
    return counts


def _totals(tallies: Iterable[Tally]) -> list[OutcomeCount]:
    counts: Counter[tuple[str, int | None]] = Counter()
    for tally in tallies:
        counts[tally.outcome, tally.status] += tally.calls
    return [OutcomeCount(*what, calls) for what, calls in counts.most_common()]


def _purposes(tallies: Iterable[Tally]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for tally in tallies:
        counts[tally.purpose] += tally.calls
    return dict(counts.most_common())


def _unbuilt(settings: Settings, error: LikenessError) -> _Asked:
    """Return what the settings want, as far as it can be shown: their address may hold a secret."""
    name, host = named_by(settings)
    return _Asked(name, host, host, space_of(settings), error)
