"""Which HTTP status each failure is answered with, and when it is worth asking again."""

from __future__ import annotations

from typing import Final

from search import errors

# The first that fits. What is no fault of the request's lies with whoever runs this, and mostly
# passes: a token, credits, an address, the model, the database.
STATUSES: Final[tuple[tuple[type[errors.LikenessError], int], ...]] = (
    (errors.HostRefused, 400),
    (errors.ImageMissing, 400),
    (errors.PhotoEmpty, 400),
    (errors.RequestMalformed, 400),
    (errors.KeyMissing, 401),
    (errors.KeyUnknown, 401),
    (errors.SignInNeeded, 401),
    (errors.AccessNotSetUp, 403),
    (errors.NotAllowed, 403),
    (errors.RequestForeign, 403),
    (errors.JudgementUnknown, 404),
    (errors.PathUnknown, 404),
    (errors.ProductUnknown, 404),
    (errors.SearchUnknown, 404),
    (errors.SourceUnknown, 404),
    (errors.MethodWrong, 405),
    (errors.JudgementTaken, 409),
    (errors.PersonChanged, 409),
    (errors.PhotoTooLarge, 413),
    (errors.PhotoTooManyPixels, 413),
    (errors.RequestTooLarge, 413),
    (errors.UploadTooLarge, 413),
    (errors.PhotoUnsupported, 415),
    (errors.RequestNotJson, 415),
    (errors.RequestNotMultipart, 415),
    (errors.CategoryUnknown, 422),
    (errors.DataRefused, 422),
    (errors.HistoryError, 422),
    (errors.NarrowingError, 422),
    (errors.NothingLeft, 422),
    (errors.PhotoError, 422),
    (errors.PhotoRejected, 422),
    (errors.ProductNotIndexed, 422),
    (errors.RequestError, 422),
    (errors.TuningError, 422),
    (errors.KeyRateLimited, 429),
    (errors.PagesTooMany, 429),
    (errors.PhotosTooMany, 429),
    (errors.QuotaSpent, 429),
    (errors.RateLimited, 429),
    (errors.LikenessError, 503),
)

# Seconds, where the error knows none: as their sentences say.
_WAITS: Final[tuple[tuple[type[errors.LikenessError], int], ...]] = (
    (errors.RateLimited, 60),
    (errors.EncoderPaused, 60),
    (errors.ModelWaking, 60),
    (errors.PagesTooMany, 60),
    (errors.DatabaseUnavailable, 5),
    (errors.CatalogueChanged, 1),
)
# Those whose `seconds` are how long to wait. Of others it is how long was waited.
_KNOWING: Final = (errors.KeyRateLimited, errors.RateLimited, errors.EncoderPaused)
# What a key is asked for by, see RFC 6750: nothing is said of a request that had none.
_CHALLENGES: Final[tuple[tuple[type[errors.LikenessError], str], ...]] = (
    (errors.KeyMissing, 'Bearer realm="Likeness"'),
    (errors.KeyUnknown, 'Bearer realm="Likeness", error="invalid_token"'),
    (errors.SignInNeeded, 'Bearer realm="Likeness"'),
)


def status_of(error: errors.LikenessError) -> int:
    """Return the HTTP status that says who has to do something about an error."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def wait_of(error: errors.LikenessError) -> int | None:
    """Return after how many seconds it is worth asking again; None where nobody knows."""
    seconds = error.facts.get("seconds")
    if isinstance(error, _KNOWING) and isinstance(seconds, (int, float)):
        return max(round(seconds), 1)
    return next((wait for kind, wait in _WAITS if isinstance(error, kind)), None)


def challenge_of(error: errors.LikenessError) -> str | None:
    """Return the WWW-Authenticate that asks for a key; None where none would help."""
    return next((said for kind, said in _CHALLENGES if isinstance(error, kind)), None)
