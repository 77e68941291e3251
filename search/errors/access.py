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


class AccessNotSetUp(AccessError):
    """It is reached from other machines, and nothing says who may come."""

    code = "access_not_set_up"
