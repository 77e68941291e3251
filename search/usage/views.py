"""What an operator sees: plain values, counted and computed, for the page and the command line.

All moments are aware datetimes in UTC; all durations are in seconds, all shares from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from search.calls import BreakerState, Call
from search.language import Fact
from search.vectors import VectorSpace


class State(StrEnum):
    """How the encoder does, in one word."""

    WORKING = "working"
    SLOW = "slow"
    WAKING = "waking"
    REFUSING = "refusing"
    OUT_OF_QUOTA = "out_of_quota"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"  # it was never asked


@dataclass(frozen=True, slots=True)
class Why:
    """The reason of a state: an error's code with its facts, or a figure. Said with `errors.…`."""

    code: str  # of an error, or one of "slow", "quota_day", "quota_month", "breaker", ""
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Breaker:
    """The breaker as it is now: the worst of all living processes'."""

    state: BreakerState
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """One line of state, and what it is about. `address` holds no token."""

    state: State
    since: datetime | None
    why: Why
    encoder: str
    address: str  # "" for an encoder in this process
    space: VectorSpace
    last_success: datetime | None
    last_call: datetime | None
    breaker: Breaker


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the month ends if it goes on like this, with an 80 % interval.

    `runs_out` is the day (UTC) on which the limit is reached, None when it is not within the month;
    `runs_out_earliest` and `runs_out_latest` the same at the ends of the interval.
    """

    total: float
    low: float
    high: float
    runs_out: date | None
    runs_out_earliest: date | None
    runs_out_latest: date | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """One period's limit. `limit` 0 means that there is none; `left` is then None."""

    used: int
    limit: int
    resets_at: datetime

    @property
    def left(self) -> int | None:
        """How many calls are left; 0 when more were made than the limit allows."""
        return max(self.limit - self.used, 0) if self.limit else None

    @property
    def share(self) -> float:
        """The used share of the limit; 0 without a limit, above 1 when it was passed."""
        return self.used / self.limit if self.limit else 0.0


@dataclass(frozen=True, slots=True)
class Quota:
    """This month and today (UTC) against the limits.

    `by_day` holds the calls of each day of the month so far, `pace` is how many would have been
    made by now if the month's limit were spent evenly. `forecast` is None until there is anything
    to go by. `counts` is False where no call is counted (an encoder in this process).
    """

    counts: bool
    month: Allowance
    day: Allowance
    by_day: Mapping[date, int]
    pace: float
    forecast: Forecast | None
    saved: int  # calls of this month that remembered embeddings made unnecessary
    saved_share: float  # of all that would have been made
    warns_at: float  # the soft limit, as a share
    stops: bool  # whether the limits are hard


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Of warm, successful calls or of searches. `exact` is False where they come from bins."""

    count: int
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Split:
    """Whose time it is: medians, in seconds, of warm searches that were not remembered."""

    encoder: float | None
    database: float | None
    rest: float | None


@dataclass(frozen=True, slots=True)
class Latency:
    """How long warm calls take, over time and as a distribution; cold starts apart.

    `buckets` are the starts of the time steps; the sequences beside them have one entry each.
    `edges` (n + 1, seconds) and `counts` (n) are the histogram of warm calls, `cold_counts` that of
    the cold starts on the same edges; the last edge is 300 s or more.
    `searches` is what people waited for: of all searches that succeeded and were not remembered,
    those included for which the model had to start.
    """

    calls: Percentiles
    searches: Percentiles
    split: Split
    buckets: Sequence[datetime]
    by_bucket: Sequence[Percentiles]
    split_by_bucket: Sequence[Split]
    edges: Sequence[float]
    counts: Sequence[int]
    cold: int
    cold_longest: float | None
    cold_counts: Sequence[int]
    cold_by_bucket: Sequence[int]


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How often calls came to this."""

    outcome: str
    status: int | None
    calls: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Failures of one kind that came one soon after the other.

    `last` tells of all of them what went wrong; `paused` of the `calls` were refused by the breaker
    and not tried. `named` of them have a request id, and `request_ids` are the latest few of these.
    Between `episodes` of them lies a pause of minutes, in which calls may have gone well.
    """

    last: Call
    since: datetime
    until: datetime
    calls: int
    paused: int
    named: int
    request_ids: Sequence[str]
    episodes: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    """One process' breaker, from when it opened until it closed.

    Where nothing tells that it closed, `over` is False and `until` the last that was heard of it.
    `probes` were let through meanwhile; `reason` is the code of the error.
    """

    process: str
    since: datetime
    until: datetime
    over: bool
    probes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What calls came to. `by_bucket` maps each outcome to one count a time step."""

    buckets: Sequence[datetime]
    by_bucket: Mapping[str, Sequence[int]]
    totals: Sequence[OutcomeCount]  # the most frequent first
    calls: int  # attempts, remembered photos left out
    retries: int  # attempts after the first
    failed: int  # attempts that failed, whether or not their rows are still kept
    troubles: Sequence[Trouble]  # of the failures whose rows are kept; the latest first
    breaker: Breaker
    pauses: Sequence[Pause]  # the latest first
    unsent: int = 0  # of `calls`: refused before anything was sent; 0 for one in this process
    purposes: Mapping[str, int] = field(default_factory=dict)  # `sent`, by Purpose; most first

    @property
    def sent(self) -> int:
        """Calls that were made."""
        return self.calls - self.unsent


@dataclass(frozen=True, slots=True)
class TopProduct:
    """A product that was the best hit, how often, and its picture, as in a Hit; or ""."""

    product_id: int
    name: Mapping[str, str]
    article: str
    picture: str
    searches: int


@dataclass(frozen=True, slots=True)
class Drift:
    """The best hits' cosine went from one level to another and stayed there for days.

    `until` is None where it is still there at the end of the range; otherwise it went back then.
    `before` and `after` are the levels before `since` and from then on.
    """

    since: datetime
    until: datetime | None
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """The searches of a range. `people` is empty where people are not known.

    `drift` tells of a lasting change, which is another model's or catalogue's.
    """

    total: int
    failed: int
    remembered: int
    none_above: int  # searches whose every product is below the line
    above_median: float | None
    buckets: Sequence[datetime]
    by_bucket: Sequence[int]
    failed_by_bucket: Sequence[int]
    best_by_bucket: Sequence[tuple[float, float, float] | None]  # p10, p50, p90 of the best cosine
    origins: Mapping[str, int]
    people: Mapping[str, int]
    top: Sequence[TopProduct]
    drift: Drift | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One real call, made to see whether it works: its attempts, and how it ended.

    `checked` tells that the answer was a vector of the space; `nearest` is the cosine of the
    catalogue's nearest picture, None where the catalogue has none or was not reached.
    """

    calls: Sequence[Call]
    seconds: float
    checked: bool
    nearest: float | None
    database_seconds: float | None
    failed: str  # the code of the error, "" for none
    facts: Mapping[str, Fact]

    @property
    def sent(self) -> bool:
        """Whether anything was tried: our own limit and the breaker refuse before that."""
        return any(call.reached or call.status is not None or not call.host for call in self.calls)
