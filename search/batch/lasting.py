"""Whether an error is one photo's, or would meet every further one."""

from __future__ import annotations

from search.errors import (
    BadAnswer,
    BatchError,
    EncoderFailed,
    EncoderTimeout,
    EncoderUnreachable,
    LikenessError,
    ModelWaking,
    PhotoError,
    PhotoRejected,
)

_OF_ONE = (PhotoError, BatchError, PhotoRejected, BadAnswer)
# These pass, or open the breaker soon: then it is EncoderPaused, and that meets every photo.
_PASSING = (EncoderFailed, EncoderTimeout, EncoderUnreachable, ModelWaking)


def meets_every_photo(error: LikenessError) -> bool:
    """Tell whether searching with further photos would only say the same again.

    So it is with a quota that is spent, a token that is refused, a server that asks to slow down, a
    database that is away.
    """
    # An endpoint that has no handler for pictures will refuse the next one as well.
    if error.facts.get("reason") == "@reasons.photo_no_handler":
        return True
    return not isinstance(error, (*_OF_ONE, *_PASSING))
