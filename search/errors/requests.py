"""Why an HTTP request is not looked at any further."""

from __future__ import annotations

from search.errors.root import LikenessError


class RequestError(LikenessError):
    """An HTTP request that is not looked at any further."""


class RequestForeign(RequestError):
    """It comes from another site's page, which may not act in a person's name."""

    code = "request_foreign"


class HostRefused(RequestError):
    """It calls the app by a name that is not its own, as another site's page may."""

    code = "host_refused"


class RequestNotJson(RequestError):
    """Its content is not JSON by its own account."""

    code = "request_not_json"


class RequestTooLarge(RequestError):
    """It is larger than anything that is expected. Facts: `limit` (in kilobytes)."""

    code = "request_too_large"


class RequestNotMultipart(RequestError):
    """Its content is no multipart form by its own account."""

    code = "request_not_multipart"


class RequestMalformed(RequestError):
    """Its body cannot be read as a form. Facts: `reason`."""

    code = "request_malformed"


class UploadTooLarge(RequestError):
    """A photo may be large, but not as large as this. Facts: `limit` (in megabytes)."""

    code = "upload_too_large"


class ImageMissing(RequestError):
    """There is no file in the field that has the photo. Facts: `field`."""

    code = "image_missing"


class ParameterInvalid(RequestError):
    """A parameter has a value that cannot be used. Facts: `name`, `expected`, perhaps `most`."""

    code = "parameter_invalid"


class ParameterUnknown(RequestError):
    """There is no such parameter. Facts: `name`, and `known`, those that there are."""

    code = "parameter_unknown"


class PathUnknown(RequestError):
    """Nothing is served at this path."""

    code = "path_unknown"


class MethodWrong(RequestError):
    """What is served at this path answers other methods. Facts: `allowed`."""

    code = "method_wrong"
