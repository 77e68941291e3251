"""Each call is counted before it is sent; under a hard limit the one too many is not sent."""

from __future__ import annotations

import logging

from search.calls import Call
from search.errors import QuotaSpent, StoreError
from search.settings import Settings
from search.store.calls import Calls
from search.usage.quota import spent_facts

log = logging.getLogger(__name__)


class QuotaGuard:
    """Takes a place for each call before it is sent, within the limits if QUOTA_STOPS says so.

    The place is a row in the database, where all processes count; the journal completes it when
    the call is over, and a process that is killed meanwhile has counted it. Under a hard limit
    nothing is sent while the database is away: what cannot be counted would make the limit a soft
    one, and a search without a database finds nothing anyway.
    """

    def __init__(self, calls: Calls, settings: Settings) -> None:
        self._calls = calls
        self._stops = settings.quota_stops
        self._month_limit = settings.monthly_calls
        self._day_limit = settings.daily_calls

    def admit(self, call: Call) -> None:
        """Take the call's place; raise QuotaSpent when there is none, or a StoreError."""
        if not self._stops:
            self._begin(call)
            return
        spent = self._calls.reserve(call, month_limit=self._month_limit, day_limit=self._day_limit)
        if spent is not None:
            facts = spent_facts(spent.period, spent.limit, call.started_at)
            raise QuotaSpent(host=call.host, used=spent.used, **facts)

    def _begin(self, call: Call) -> None:
        try:
            self._calls.begin(call)
        except StoreError as error:
            log.warning("a call is counted when it is over, and not before: %s", error)
