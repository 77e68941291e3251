"""Every way in which Likeness can fail, as a tree.

    LikenessError
    ├── SettingError            a setting has a value that cannot be used
    │   └── SettingMissing      others need it, and it is not set
    │       └── SignInForNobody     people could sign in, and no list names any
    ├── PhotoError              this photo cannot be searched with
    │   ├── PhotoEmpty
    │   ├── PhotoTooLarge       more bytes than allowed
    │   ├── PhotoUnsupported    not PNG, JPEG, GIF, WEBP or HEIC
    │   ├── PhotoTooManyPixels  a decompression bomb, or simply too large a picture
    │   ├── PhotoDamaged        cut short or broken
    │   ├── AimInvalid          what should name a part of it names none
    │   ├── CropTooSmall        nothing is seen in so few pixels of it
    │   └── PhotosUncombinable  so many are not searched with as one thing
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
    │   ├── EncoderPaused       it failed so often that it is left alone for a while
    │   ├── QuotaSpent          our own hard limit (QUOTA_STOPS), not the account's
    │   ├── BadAnswer           200, but not the embedding that was asked for
    │   ├── EncoderBroken       the built-in encoder's files are missing or damaged
    │   ├── LocalPackagesMissing    what runs CLIP in this process is not installed
    │   ├── LocalModelUnfetched     its model cannot be fetched
    │   └── LocalModelBroken        its model is not there, damaged, or another one
    ├── StoreError
    │   ├── EmbeddedUnsupported     no PostgreSQL of our own on this system
    │   ├── EmbeddedFailed          our own PostgreSQL does not start
    │   ├── DatabaseUnavailable     the database does not answer
    │   ├── DatabaseForbidden       wrong password, or a right is missing
    │   ├── DatabaseReadOnly        it takes nothing new at the moment
    │   ├── DataRefused             what was entered cannot be kept
    │   ├── ExtensionMissing        the database has no pgvector
    │   ├── SchemaTooNew            a later version of Likeness has been here
    │   ├── BackupFailed            no backup could be written
    │   ├── RestoreRefused          the database to restore into is in use
    │   └── RestoreFailed           a backup could not be put back
    ├── CatalogueError
    │   ├── CatalogueEmpty      there are no products
    │   ├── SpaceNotIndexed     no product picture has a vector in the encoder's space
    │   ├── NothingLeft         no product is left by what the search was narrowed to
    │   ├── ProductNotIndexed   a product has no vector to search by
    │   ├── CategoryUnknown     it was narrowed to a category that is not there
    │   └── CatalogueChanged    its vectors were changed while photos were compared with them
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
    │   ├── SetNameInvalid      an evaluation set cannot have this name
    │   ├── SetUnreadable       there is no set of photos in this folder or file
    │   └── SetEmpty            none of its photos can be used
    ├── ModelError              changing the model: what was asked for cannot be done
    │   ├── ModelUnknown        no encoder is configured for it
    │   ├── ModelIncomplete     searches with it would not find every picture
    │   ├── ModelMissing        there is no second model
    │   ├── ModelLost           the settings have no encoder any more for the active one
    │   └── SwitchInvalid       nobody says why, or somebody else was faster
    ├── IndexingElsewhere       another process, or person, indexes already
    ├── PlanningError           the plan of search: what was asked for cannot be done
    │   ├── PlanningElsewhere   another process measures or builds already
    │   ├── IndexUnknown        there is no such index to drop
    │   └── BuildUnsupported    this pgvector has no such index
    ├── ImportFailed            no catalogue can be imported from there
    │   ├── ImportUnreadable    the folder or file cannot be read as one
    │   ├── ImportColumns       the table lacks columns
    │   ├── ImportDatabaseAway  the database to import from cannot be reached or read
    │   ├── ImportQueryRefused  the database will not run the query
    │   ├── ImportEmpty         there is no product in it
    │   └── ImportNameInvalid   what is imported cannot have this name
    ├── AdoptionFailed          the catalogue cannot be copied from a shop's own tables
    │   ├── TablesMissing       there are none that are known
    │   ├── TablesForbidden     they may not be read
    │   ├── TablesAway          their database cannot be reached or read
    │   ├── VectorsUnreadable   what stands in their column of vectors are none
    │   └── AdoptingElsewhere   another process copies already
    ├── FetchError              a picture cannot be fetched from its address
    │   ├── AddressInvalid      it is no address of a picture in the web
    │   ├── AddressRefused      a private network, a cloud's metadata, from https to http
    │   │   └── AddressOffLimits    the same for one that somebody entered to search with
    │   ├── AddressUnfetchable  not there, forbidden: asking again will not help
    │   │   └── AddressOfPage   a web page, perhaps with the picture on it
    │   ├── PictureTooLargeThere    more bytes than allowed
    │   ├── FetchTimeout        it was not there in time
    │   ├── AddressBusy         429, 503
    │   └── AddressUnreachable  no connection, one that broke, or a server that failed
    ├── HistoryError            what was asked of past searches cannot be done
    │   ├── SearchUnknown       there is no such search, or no longer
    │   ├── SearchOfAnotherModel    its vector is in another space than the active one
    │   └── TitleTooLong        it cannot have this name
    ├── BatchError              a file of a set of photos is left out
    │   ├── ArchiveUnreadable   it is no archive that can be opened
    │   ├── ArchiveEncrypted    it is protected by a password
    │   ├── ArchiveNested       it is an archive in an archive
    │   ├── ArchiveTooLarge     more would come out of it than any set of photos has
    │   └── PhotosTooMany       as many as are searched with at once came before it
    ├── FindingError            this text is nothing to look for
    │   ├── TextEmpty           it has neither a letter nor a figure
    │   └── TextTooLong         more characters than allowed
    ├── NarrowingError          a search cannot be narrowed to this range of prices
    │   ├── PriceUnreadable     it is no price
    │   ├── PriceTooHigh        no catalogue has such prices
    │   └── PriceRangeReversed  its lowest price is above its highest
    ├── KeyFailed               a program's key does not open, or cannot be made or revoked
    │   ├── KeyMissing          the request has none, and one is required
    │   ├── KeyUnknown          there is no such key, or it was revoked
    │   │   ├── KeyExpired      the time that it was made for is over
    │   │   └── DemoLinkEnded   the same of a demo link, or there is none like it
    │   ├── KeyRateLimited      it searches more often than it may
    │   │   └── DemoRateLimited     all who have one demo link do
    │   ├── KeyNameInvalid      it cannot have this name
    │   ├── KeyNameTaken        a key in use has this name already
    │   └── KeyNotFound         no key in use is called so
    ├── AccessError             who may come, and do what
    │   ├── SignInNeeded        nothing says who this is
    │   ├── NotAllowed          another role may do it
    │   ├── PersonChanged       another person is signed in than a page was drawn for
    │   ├── AccessNotSetUp      reached from elsewhere, and nothing says who may come
    │   └── PagesTooMany        as many pages as may be open at once are
    └── RequestError            an HTTP request that is not looked at any further
        ├── RequestForeign      it comes from another site's page
        ├── HostRefused         it calls the app by a name that is not its own
        ├── RequestNotJson      its content is not JSON by its own account
        ├── RequestTooLarge     it is larger than anything that is expected
        ├── RequestNotMultipart it is no multipart form by its own account
        ├── RequestMalformed    its form cannot be read
        ├── UploadTooLarge      it is larger than any photo may be
        ├── ImageMissing        there is no photo in it
        ├── ParameterInvalid    a parameter has a value that cannot be used
        ├── ParameterUnknown    there is no such parameter
        ├── PathUnknown         nothing is served there
        └── MethodWrong         what is served there answers other methods

An error carries a stable `code`, whether trying again can help (`retry`) and the `facts` that its
sentence names. The sentences themselves, in every language, are in `search/messages/`.
"""

from __future__ import annotations

from search.errors.access import (
    AccessError,
    AccessNotSetUp,
    NotAllowed,
    PagesTooMany,
    PersonChanged,
    SignInNeeded,
)
from search.errors.adopting import (
    AdoptingElsewhere,
    AdoptionFailed,
    TablesAway,
    TablesForbidden,
    TablesMissing,
    VectorsUnreadable,
)
from search.errors.batches import (
    ArchiveEncrypted,
    ArchiveNested,
    ArchiveTooLarge,
    ArchiveUnreadable,
    BatchError,
    PhotosTooMany,
)
from search.errors.encoders import (
    AccessForbidden,
    AddressRetired,
    BadAnswer,
    CreditsExhausted,
    EncoderBroken,
    EncoderError,
    EncoderFailed,
    EncoderPaused,
    EncoderTimeout,
    EncoderUnreachable,
    LocalModelBroken,
    LocalModelUnfetched,
    LocalPackagesMissing,
    ModelWaking,
    PhotoRejected,
    QuotaSpent,
    RateLimited,
    TokenMalformed,
    TokenMissing,
    TokenRefused,
)
from search.errors.fetching import (
    AddressBusy,
    AddressInvalid,
    AddressOffLimits,
    AddressOfPage,
    AddressRefused,
    AddressUnfetchable,
    AddressUnreachable,
    FetchError,
    FetchTimeout,
    PictureTooLargeThere,
)
from search.errors.finding import (
    FindingError,
    TextEmpty,
    TextTooLong,
)
from search.errors.history import (
    HistoryError,
    SearchOfAnotherModel,
    SearchUnknown,
    TitleTooLong,
)
from search.errors.importing import (
    ImportColumns,
    ImportDatabaseAway,
    ImportEmpty,
    ImportFailed,
    ImportNameInvalid,
    ImportQueryRefused,
    ImportUnreadable,
)
from search.errors.indexing import IndexingElsewhere
from search.errors.keys import (
    DemoLinkEnded,
    DemoRateLimited,
    KeyExpired,
    KeyFailed,
    KeyMissing,
    KeyNameInvalid,
    KeyNameTaken,
    KeyNotFound,
    KeyRateLimited,
    KeyUnknown,
)
from search.errors.models import (
    ModelError,
    ModelIncomplete,
    ModelLost,
    ModelMissing,
    ModelUnknown,
    SwitchInvalid,
)
from search.errors.narrowing import (
    NarrowingError,
    PriceRangeReversed,
    PriceTooHigh,
    PriceUnreadable,
)
from search.errors.photos import (
    AimInvalid,
    CropTooSmall,
    PhotoDamaged,
    PhotoEmpty,
    PhotoError,
    PhotosUncombinable,
    PhotoTooLarge,
    PhotoTooManyPixels,
    PhotoUnsupported,
)
from search.errors.planning import (
    BuildUnsupported,
    IndexUnknown,
    PlanningElsewhere,
    PlanningError,
)
from search.errors.requests import (
    HostRefused,
    ImageMissing,
    MethodWrong,
    ParameterInvalid,
    ParameterUnknown,
    PathUnknown,
    RequestError,
    RequestForeign,
    RequestMalformed,
    RequestNotJson,
    RequestNotMultipart,
    RequestTooLarge,
    UploadTooLarge,
)
from search.errors.root import (
    LikenessError,
    SettingError,
    SettingMissing,
    SignInForNobody,
)
from search.errors.stores import (
    BackupFailed,
    CatalogueChanged,
    CatalogueEmpty,
    CatalogueError,
    CategoryUnknown,
    DatabaseForbidden,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DataRefused,
    EmbeddedFailed,
    EmbeddedUnsupported,
    ExtensionMissing,
    NothingLeft,
    ProductNotIndexed,
    RestoreFailed,
    RestoreRefused,
    SchemaTooNew,
    SpaceNotIndexed,
    StoreError,
)
from search.errors.tuning import (
    DealInvalid,
    JudgementInvalid,
    JudgementsUnreadable,
    JudgementTaken,
    JudgementUnknown,
    ProductUnknown,
    SetEmpty,
    SetExists,
    SetNameInvalid,
    SetUnreadable,
    SourceUnknown,
    ThresholdInvalid,
    ThresholdUnknown,
    TuningError,
)

__all__ = [
    "AccessError",
    "AccessForbidden",
    "AccessNotSetUp",
    "AddressBusy",
    "AddressInvalid",
    "AddressOfPage",
    "AddressOffLimits",
    "AddressRefused",
    "AddressRetired",
    "AddressUnfetchable",
    "AddressUnreachable",
    "AdoptingElsewhere",
    "AdoptionFailed",
    "AimInvalid",
    "ArchiveEncrypted",
    "ArchiveNested",
    "ArchiveTooLarge",
    "ArchiveUnreadable",
    "BackupFailed",
    "BadAnswer",
    "BatchError",
    "BuildUnsupported",
    "CatalogueChanged",
    "CatalogueEmpty",
    "CatalogueError",
    "CategoryUnknown",
    "CreditsExhausted",
    "CropTooSmall",
    "DataRefused",
    "DatabaseForbidden",
    "DatabaseReadOnly",
    "DatabaseUnavailable",
    "DealInvalid",
    "DemoLinkEnded",
    "DemoRateLimited",
    "EmbeddedFailed",
    "EmbeddedUnsupported",
    "EncoderBroken",
    "EncoderError",
    "EncoderFailed",
    "EncoderPaused",
    "EncoderTimeout",
    "EncoderUnreachable",
    "ExtensionMissing",
    "FetchError",
    "FetchTimeout",
    "FindingError",
    "HistoryError",
    "HostRefused",
    "ImageMissing",
    "ImportColumns",
    "ImportDatabaseAway",
    "ImportEmpty",
    "ImportFailed",
    "ImportNameInvalid",
    "ImportQueryRefused",
    "ImportUnreadable",
    "IndexUnknown",
    "IndexingElsewhere",
    "JudgementInvalid",
    "JudgementTaken",
    "JudgementUnknown",
    "JudgementsUnreadable",
    "KeyExpired",
    "KeyFailed",
    "KeyMissing",
    "KeyNameInvalid",
    "KeyNameTaken",
    "KeyNotFound",
    "KeyRateLimited",
    "KeyUnknown",
    "LikenessError",
    "LocalModelBroken",
    "LocalModelUnfetched",
    "LocalPackagesMissing",
    "MethodWrong",
    "ModelError",
    "ModelIncomplete",
    "ModelLost",
    "ModelMissing",
    "ModelUnknown",
    "ModelWaking",
    "NarrowingError",
    "NotAllowed",
    "NothingLeft",
    "PagesTooMany",
    "ParameterInvalid",
    "ParameterUnknown",
    "PathUnknown",
    "PersonChanged",
    "PhotoDamaged",
    "PhotoEmpty",
    "PhotoError",
    "PhotoRejected",
    "PhotoTooLarge",
    "PhotoTooManyPixels",
    "PhotoUnsupported",
    "PhotosTooMany",
    "PhotosUncombinable",
    "PictureTooLargeThere",
    "PlanningElsewhere",
    "PlanningError",
    "PriceRangeReversed",
    "PriceTooHigh",
    "PriceUnreadable",
    "ProductNotIndexed",
    "ProductUnknown",
    "QuotaSpent",
    "RateLimited",
    "RequestError",
    "RequestForeign",
    "RequestMalformed",
    "RequestNotJson",
    "RequestNotMultipart",
    "RequestTooLarge",
    "RestoreFailed",
    "RestoreRefused",
    "SchemaTooNew",
    "SearchOfAnotherModel",
    "SearchUnknown",
    "SetEmpty",
    "SetExists",
    "SetNameInvalid",
    "SetUnreadable",
    "SettingError",
    "SettingMissing",
    "SignInForNobody",
    "SignInNeeded",
    "SourceUnknown",
    "SpaceNotIndexed",
    "StoreError",
    "SwitchInvalid",
    "TablesAway",
    "TablesForbidden",
    "TablesMissing",
    "TextEmpty",
    "TextTooLong",
    "ThresholdInvalid",
    "ThresholdUnknown",
    "TitleTooLong",
    "TokenMalformed",
    "TokenMissing",
    "TokenRefused",
    "TuningError",
    "UploadTooLarge",
    "VectorsUnreadable",
]
