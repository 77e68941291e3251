"""Why a program's key or a demo link does not open, or cannot be made."""

from __future__ import annotations

from search.errors.root import LikenessError


class KeyFailed(LikenessError):
    """A key that does not open, or that cannot be made or revoked."""


class KeyMissing(KeyFailed):
    """The request has none, and API_KEYS requires one."""

    code = "key_missing"


class KeyUnknown(KeyFailed):
    """There is no such key, or it was revoked; which of the two is not told."""

    code = "key_unknown"


class KeyExpired(KeyUnknown):
    """It was made for a time that is over."""

    code = "key_expired"


class DemoLinkEnded(KeyUnknown):
    """A demo link opens nothing: it is over, was revoked, or never was one."""

    code = "demo_link_ended"


class KeyRateLimited(KeyFailed):
    """It searches more often than it may. Facts: `limit` (a minute), `seconds` to wait."""

    code = "key_rate_limited"
    retry = True


class DemoRateLimited(KeyRateLimited):
    """All who have a demo link search more often than it may. Facts: `limit`, `seconds`."""

    code = "demo_rate_limited"


class KeyNameInvalid(KeyFailed):
    """A key cannot have this name. Facts: `reason`."""

    code = "key_name_invalid"


class KeyNameTaken(KeyFailed):
    """A key in use has this name already. Facts: `name`."""

    code = "key_name_taken"


class KeyNotFound(KeyFailed):
    """No key in use is called so, or begins so. Facts: `name`."""

    code = "key_not_found"
