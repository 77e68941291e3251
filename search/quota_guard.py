"""The hard limit: the one call too many is not sent."""

from __future__ import annotations

from search.calls import Call
from search.errors import QuotaSpent
from search.settings import Settings
from search.store.calls import Calls
from search.usage.quota import spent_facts


class QuotaGuard:
    """Takes a place within the limits for each call before it is sent, if QUOTA_STOPS says so.

    The place is a row in the database, where all processes count; the journal completes it when
    the call is over. While the database is away nothing is sent: what cannot be counted would make
    the limit a soft one, and a search without a database finds nothing anyway.
    """

    def __init__(self, calls: Calls, settings: Settings) -> None:
        self._calls = calls
        self._stops = settings.quota_stops
        self._month_limit = settings.monthly_calls
        self._day_limit = settings.daily_calls

    def admit(self, call: Call) -> None:
        """Take the call's place; raise QuotaSpent when there is none, or a StoreError."""
        if not self._stops:
            return
        spent = self._calls.reserve(call, month_limit=self._month_limit, day_limit=self._day_limit)
        if spent is not None:
            facts = spent_facts(spent.period, spent.limit, call.started_at)
            raise QuotaSpent(host=call.host, used=spent.used, **facts)
