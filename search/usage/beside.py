"""What an operator sees of a second model, as `views` has the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.usage.views import Now, Pause


@dataclass(frozen=True, slots=True)
class Beside:
    """The model beside the active one, and what both were asked for in a range.

    `shares_host` tells that one server runs both: it limits them together, so that `now`, the
    breaker and the quota are those of both. `used` are its host's calls of this month, `pauses` its
    host's in the range, none where they are told already. `by_model` are the calls of the range
    that were sent, whatever for, as far back as rows are kept; most first.
    """

    now: Now
    shares_host: bool
    used: int
    pauses: Sequence[Pause]
    by_model: Mapping[str, int]
