"""Why somebody may not come, or not do what they want to."""

from __future__ import annotations

from search.errors.root import LikenessError


class AccessError(LikenessError):
    """Somebody may not come, or not do this."""


class SignInNeeded(AccessError):
    """Nobody is signed in, and nothing else says who this is."""

    code = "sign_in_needed"


class NotAllowed(AccessError):
    """It is known who this is; another role may do it. Facts: `role`, the least that may."""

    code = "not_allowed"


class PersonChanged(AccessError):
    """Somebody else is signed in than the page was drawn for. Facts: `who` is here now."""

    code = "person_changed"
    retry = True  # once whoever it was drawn for is back


class AccessNotSetUp(AccessError):
    """It is reached from other machines, and nothing says who may come."""

    code = "access_not_set_up"


class PagesTooMany(AccessError):
    """As many pages as may be open at once are. Facts: `limit`, `reason`: whose they are."""

    code = "pages_too_many"
    retry = True
