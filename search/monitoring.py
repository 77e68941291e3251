"""Monitoring: how the encoder does, what it cost, what is left, and one real call to see."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
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
from search.encoders.recording import RecordedEncoder
from search.errors import LikenessError
from search.models.configured import Configured
from search.models.switching import Models
from search.progress import Report, silent
from search.settings import Settings
from search.store.store import Store
from search.trial import make_trial
from search.usage import counting
from search.usage.beside import Beside
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
    """Who is asked for embeddings, or would be. `error` is why it cannot be built.

    `searched` is the space of searches: another one where the active model has no encoder any more.
    """

    name: str
    address: str
    host: str
    space: VectorSpace
    searched: VectorSpace
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
        models: Models | None = None,
    ) -> None:
        """Take where to ask for the encoder, and how to have everything written.

        `flush` waits for it, so many seconds, and tells whether it is. `models` are those of the
        settings.
        """
        self._store = store
        self._settings = settings
        self._encoder = encoder
        self._flush = flush
        self._flushes_from = 0.0
        self._now = now
        self._models = models or Models(store, settings)

    def as_written(self) -> Monitoring:
        """Return one that waits for nothing to be written: it may lack what happened just now."""
        store, settings, encoder = self._store, self._settings, self._encoder
        return Monitoring(store, settings, encoder, lambda _: True, self._now, models=self._models)

    def now(self) -> Now:
        """Return the state of the encoder."""
        now, asked = self._written(), self._asked()
        return self._standing(asked, self._described(), now)

    def beside(self, span: Span) -> Beside | None:
        """Return how the model beside the active one does, and what both were asked for in a span.

        None where no second one is configured.
        """
        now, asked = self._written(), self._asked()
        space = self._models.beside()
        if space is None or space == asked.space:
            return None
        model = self._models.encoder_of(space)
        other = _Asked(model.name, model.host, model.host, space, space)
        shares = bool(other.host) and other.host == asked.host
        calls = self._store.calls.by_model(span)
        return Beside(
            self._standing(other, model, now),
            shares_host=shares,
            used=self._allowances(self._by_day(other.host, now), now)[0].used,
            pauses=[] if shares else self._pauses(other.host, span),
            by_model={str(one): count for one, count in calls.items()},
        )

    def why(self, call: Call) -> Why:
        """Return what a failed call's error was, as far as its row tells.

        Its sentences are `errors.<code>.what` and `errors.<code>.next`.
        """
        return _explained(call, self._described())

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
        searches = self._store.search_log.latency(asked.searched, span)
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
        """Return what was searched for in a span, in the active space, and what was found."""
        self._written()
        found = self._store.search_log.figures(self._asked().searched, span)
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
            by_bucket=counting.by_step(tallies, len(span.buckets)),
            totals=counting.totals(tallies),
            calls=sum(tally.calls for tally in attempts),
            retries=sum(tally.retries for tally in attempts),
            failed=sum(tally.calls for tally in tallies if tally.outcome not in well),
            troubles=troubles(calls.failures(host, span, MOST_FAILURES), span.until - span.since),
            breaker=self._store.breakers.current(host, now),
            pauses=self._pauses(host, span),
            unsent=sum(tally.calls for tally in attempts if host and not tally.reached),
            purposes=counting.purposes(tally for tally in attempts if tally.reached or not host),
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
            # As far as it can be shown: the address in the settings may hold a secret.
            model = self._described()
            where = (model.name, model.host, model.host, model.space)
            return _Asked(*where, self._models.wanted(), error)
        space = encoder.space
        return _Asked(encoder.name, encoder.address, encoder.host, space, space)

    def _described(self) -> Configured:
        """Return the active model's settings; the first one's when there is none for it."""
        try:
            return self._models.encoder_of(self._models.active())
        except LikenessError:
            return self._models.first

    def _standing(self, asked: _Asked, model: Configured, now: datetime) -> Now:
        """Return how an encoder does; the settings of its model tell what its errors were."""
        breaker = self._store.breakers.current(asked.host, now)
        calls = self._store.calls.last(asked.host, now, CALLS_LOOKED_AT)
        limits = self._hard_limits(asked.host, now)
        standing = state_of(calls, breaker, limits, now, lambda call: _explained(call, model))
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


def _explained(call: Call, model: Configured) -> Why:
    return why(call, model.settings, model.variables)
