"""Every way in which Likeness can fail, as a tree.

    LikenessError
    ├── SettingError            a setting has a value that cannot be used
    ├── PhotoError              this photo cannot be searched with
    │   ├── PhotoEmpty
    │   ├── PhotoTooLarge       more bytes than allowed
    │   ├── PhotoUnsupported    not PNG, JPEG, GIF, WEBP or HEIC
    │   ├── PhotoTooManyPixels  a decompression bomb, or simply too large a picture
    │   └── PhotoDamaged        cut short or broken
    ├── EncoderError            the model's server gave no embedding
    │   ├── TokenMissing        the server wants a token and none is set
    │   ├── TokenMalformed      the token cannot be one (refused before any request)
    │   ├── TokenRefused        401
    │   ├── CreditsExhausted    402
    │   ├── AccessForbidden     403
    │   ├── AddressRetired      404, 410: no model is served at this address
    │   ├── PhotoRejected       400, 413, 415, 422: the server refuses this request
    │   ├── RateLimited         429 until the deadline
    │   ├── ModelWaking         503 until the deadline
    │   ├── EncoderTimeout      no complete answer before the deadline
    │   ├── EncoderUnreachable  no connection: name, network, TLS, reset
    │   ├── EncoderFailed       any other 5xx, or a status nobody expects
    │   ├── BadAnswer           200, but not the embedding that was asked for
    │   └── EncoderBroken       the built-in encoder's files are missing or damaged
    ├── StoreError
    │   ├── EmbeddedUnsupported     no PostgreSQL of our own on this system
    │   ├── EmbeddedFailed          our own PostgreSQL does not start
    │   ├── DatabaseUnavailable     the database does not answer
    │   ├── DatabaseForbidden       wrong password, or a right is missing
    │   ├── ExtensionMissing        the database has no pgvector
    │   └── SchemaTooNew            a later version of Likeness has been here
    ├── CatalogueError
    │   ├── CatalogueEmpty      there are no products
    │   └── SpaceNotIndexed     no product picture has a vector in the encoder's space
    ├── TuningError             choosing a threshold: what was asked for cannot be done
    │   ├── ThresholdInvalid    the threshold to be saved is none, or nobody says why
    │   ├── ThresholdUnknown    there is no such threshold to return to
    │   ├── JudgementInvalid    what was sent is no judgement
    │   ├── JudgementTaken      another judgement has the same id
    │   ├── JudgementUnknown    there is no such judgement of this person
    │   ├── JudgementsUnreadable    the file to import is no table of judgements
    │   ├── ProductUnknown      the catalogue has no such product
    │   ├── DealInvalid         what was asked for is no hand of cards
    │   ├── SourceUnknown       there are no photos under this key
    │   ├── SetExists           an evaluation set has this name already
    │   ├── SetUnreadable       there is no set of photos in this folder or file
    │   └── SetEmpty            none of its photos can be used
    └── RequestError            an HTTP request that is not looked at any further
        ├── RequestForeign      it comes from another site's page
        ├── RequestNotJson      its content is not JSON by its own account
        └── RequestTooLarge     it is larger than anything that is expected

An error carries a stable `code`, whether trying again can help (`retry`) and the `facts` that its
sentence names. The sentences themselves, in every language, are in `search/messages/`.
"""

from __future__ import annotations

from typing import ClassVar

from search.language import Fact, language


class LikenessError(Exception):
    """The root of the tree. `facts` fill the placeholders of the sentence and hold no secrets."""

    code: ClassVar[str] = "unexpected"
    retry: ClassVar[bool] = False

    def __init__(self, **facts: Fact) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        return language("en").error(self).sentence


class SettingError(LikenessError):
    """Facts: `name` of the variable, `expected`, and `given` unless it is a secret."""

    code = "setting"


class PhotoError(LikenessError):
    """This photo cannot be searched with; another one can."""


class PhotoEmpty(PhotoError):
    """No bytes at all."""

    code = "photo_empty"


class PhotoTooLarge(PhotoError):
    """Facts: `megabytes`, `limit` (in megabytes)."""

    code = "photo_too_large"


class PhotoUnsupported(PhotoError):
    """The content is no picture of a kind that Likeness reads, whatever its name says."""

    code = "photo_unsupported"


class PhotoTooManyPixels(PhotoError):
    """Facts: `megapixels`, `limit` (in megapixels)."""

    code = "photo_too_many_pixels"


class PhotoDamaged(PhotoError):
    """The picture is cut short or broken inside."""

    code = "photo_damaged"


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


class BadAnswer(EncoderError):
    """An answer that is not the embedding asked for. Facts: `reason`."""

    code = "bad_answer"


class EncoderBroken(EncoderError):
    """The built-in encoder's files are missing or damaged. Facts: `reason`."""

    code = "encoder_broken"


class StoreError(LikenessError):
    """The database cannot be used."""


class EmbeddedUnsupported(StoreError):
    """Likeness cannot run a PostgreSQL of its own here. Facts: `system`."""

    code = "embedded_unsupported"


class EmbeddedFailed(StoreError):
    """Likeness' own PostgreSQL does not start. Facts: `folder`, `reason`."""

    code = "embedded_failed"


class DatabaseUnavailable(StoreError):
    """The database does not answer. Facts: `reason`."""

    code = "database_unavailable"
    retry = True


class DatabaseForbidden(StoreError):
    """The database refuses the user or lacks a right. Facts: `reason`."""

    code = "database_forbidden"


class ExtensionMissing(StoreError):
    """The database server has no pgvector, or the user may not create it. Facts: `reason`."""

    code = "extension_missing"


class SchemaTooNew(StoreError):
    """The schema was made by a later version. Facts: `found`, `known`."""

    code = "schema_too_new"


class CatalogueError(LikenessError):
    """The catalogue has no answer."""


class CatalogueEmpty(CatalogueError):
    """There are no products."""

    code = "catalogue_empty"


class SpaceNotIndexed(CatalogueError):
    """No product picture has a vector in the encoder's space. Facts: `space`, `pictures`."""

    code = "space_not_indexed"


class TuningError(LikenessError):
    """Choosing a threshold: what was asked for cannot be done; something else can."""


class ThresholdInvalid(TuningError):
    """The threshold to be saved is none, or nobody says why. Facts: `reason`."""

    code = "threshold_invalid"


class ThresholdUnknown(TuningError):
    """The encoder's space has no such threshold to return to. Facts: `threshold`."""

    code = "threshold_unknown"


class JudgementInvalid(TuningError):
    """What was sent is no judgement. Facts: `reason`."""

    code = "judgement_invalid"


class JudgementTaken(TuningError):
    """Another judgement has the same id. Facts: `judgement`."""

    code = "judgement_taken"


class JudgementUnknown(TuningError):
    """There is no such judgement, or another person made it. Facts: `judgement`, `who`."""

    code = "judgement_unknown"


class JudgementsUnreadable(TuningError):
    """The file to import is no table of judgements. Facts: `reason`."""

    code = "judgements_unreadable"


class ProductUnknown(TuningError):
    """The catalogue has no such product. Facts: `product`."""

    code = "product_unknown"


class DealInvalid(TuningError):
    """What was asked for is no hand of cards. Facts: `reason`."""

    code = "deal_invalid"


class SourceUnknown(TuningError):
    """There are no photos under this key. Facts: `source`."""

    code = "source_unknown"


class SetExists(TuningError):
    """An evaluation set has this name already. Facts: `name`."""

    code = "set_exists"


class SetUnreadable(TuningError):
    """The folder or file holds no set of photos. Facts: `path`, `reason`."""

    code = "set_unreadable"


class SetEmpty(TuningError):
    """None of a set's photos can be used. Facts: `path`."""

    code = "set_empty"


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
