"""Why an encoder gave no embedding."""

from __future__ import annotations

from search.errors.root import LikenessError


class EncoderError(LikenessError):
    """The encoder gave no embedding.

    Facts that any of them may carry: `host` (never the whole address, never a token), `status`,
    `seconds`, `detail` (what the server said, at most 200 characters, scrubbed of secrets) and
    `request_id`.
    """


class TokenMissing(EncoderError):
    """The server wants a token and none is set."""

    code = "token_missing"


class TokenMalformed(EncoderError):
    """The token contains what no token can contain; nothing was sent."""

    code = "token_malformed"


class TokenRefused(EncoderError):
    """401."""

    code = "token_refused"


class CreditsExhausted(EncoderError):
    """402."""

    code = "credits_exhausted"


class AccessForbidden(EncoderError):
    """403."""

    code = "access_forbidden"


class AddressRetired(EncoderError):
    """404 or 410: the address serves no such model, or no longer."""

    code = "address_retired"


class PhotoRejected(EncoderError):
    """400, 413, 415 or 422."""

    code = "photo_rejected"


class RateLimited(EncoderError):
    """429, and the wait it asks for is longer than the time left."""

    code = "rate_limited"
    retry = True


class ModelWaking(EncoderError):
    """503: the model was still loading when the time was up."""

    code = "model_waking"
    retry = True


class EncoderTimeout(EncoderError):
    """No complete answer before the deadline."""

    code = "encoder_timeout"
    retry = True


class EncoderUnreachable(EncoderError):
    """No connection, or one that broke."""

    code = "encoder_unreachable"
    retry = True


class EncoderFailed(EncoderError):
    """The server failed on its own side, or answered with a status nobody expects."""

    code = "encoder_failed"
    retry = True


class EncoderPaused(EncoderError):
    """The server failed several times in a row and is left alone; nothing was sent.

    Facts: `reason`, and `seconds` until it is tried again.
    """

    code = "encoder_paused"
    retry = True


class QuotaSpent(EncoderError):
    """Our own hard limit is reached; nothing was sent.

    Facts: `used`, `limit`, `period` (the key of a text), and `resets`, a moment in UTC.
    """

    code = "quota_spent"


class BadAnswer(EncoderError):
    """An answer that is not the embedding asked for. Facts: `reason`."""

    code = "bad_answer"


class EncoderBroken(EncoderError):
    """The built-in encoder's files are missing or damaged. Facts: `reason`."""

    code = "encoder_broken"


class LocalPackagesMissing(EncoderError):
    """What runs CLIP in this process is not installed (requirements-local.txt)."""

    code = "local_packages_missing"


class LocalModelUnfetched(EncoderError):
    """CLIP for this process cannot be fetched from the Hub. Facts: `reason`."""

    code = "local_model_unfetched"
    retry = True


class LocalModelBroken(EncoderError):
    """CLIP for this process is not there, damaged, or another model. Facts: `reason`."""

    code = "local_model_broken"
