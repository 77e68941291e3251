"""Why an HTTP request is not looked at any further."""

from __future__ import annotations

from search.errors.root import LikenessError


class RequestError(LikenessError):
    """An HTTP request that is not looked at any further."""


class RequestForeign(RequestError):
    """It comes from another site's page, which may not act in a person's name."""

    code = "request_foreign"


class RequestNotJson(RequestError):
    """Its content is not JSON by its own account."""

    code = "request_not_json"


class RequestTooLarge(RequestError):
    """It is larger than anything that is expected. Facts: `limit` (in kilobytes)."""

    code = "request_too_large"
