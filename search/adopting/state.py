"""How an adopted catalogue stands, and what its source looks like now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from search.adopting.query import Trial
from search.adopting.report import AdoptionReport
from search.adopting.tables import ShopTables
from search.errors import AdoptingElsewhere, LikenessError
from search.store.adoptions import Copying, StoredAdoption


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """A shop's tables that were found and left alone: the catalogue was brought in otherwise.

    `products` is how many there are, 1 or more; `setting` names the variable with their address.
    """

    products: int
    tables: tuple[str, ...]
    setting: str


@dataclass(frozen=True, slots=True)
class AdoptionState:
    """Whether a catalogue is adopted: the last whole copy, and the one that is being made.

    `looked_at` is when this process last found that the tables are as they were copied. `error` is
    why it could not look, or copy, since then. `is_here` tells that this process is at it: somebody
    asked, or it looks for the first time. `unfollowed` is what it saw when it last looked.
    """

    report: AdoptionReport | None
    adopted_at: datetime | None
    looked_at: datetime | None
    copying: Copying | None
    error: LikenessError | None
    is_here: bool
    unfollowed: Unfollowed | None

    @property
    def is_adopted(self) -> bool:
        """Whether there is a copy, one that is being made, or should or may soon be one."""
        return bool(self.report or self.error or self.is_under_way)

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is at it, in whichever process."""
        return self.copying is not None or self.is_here


@dataclass(frozen=True, slots=True)
class Examination:
    """What the source looks like now: tables or a query's trial, and whether the copy is fresh.

    `is_followed` tells whether it is copied unasked.
    """

    shop: ShopTables | None
    trial: Trial | None
    products: int
    is_fresh: bool
    is_followed: bool
    adopted_at: datetime | None


def report_of(stored: StoredAdoption) -> AdoptionReport | None:
    """Return what came of the last whole copy; None before there was one."""
    return AdoptionReport.from_plain(stored.report) if stored.report else None


def elsewhere(stored: StoredAdoption) -> AdoptingElsewhere:
    """Return the error that says who copies at this moment."""
    copying = stored.copying
    if copying is None:  # it has only just begun, or is about to end
        return AdoptingElsewhere(process="…", done=0, total=0)
    return AdoptingElsewhere(process=copying.process, done=copying.done, total=copying.total)
