"""What can be wrong with a photo."""

from __future__ import annotations

from search.errors.root import LikenessError


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


class AimInvalid(PhotoError):
    """What should name a part of a photo names none. Facts: `reason`."""

    code = "aim_invalid"


class CropTooSmall(PhotoError):
    """The part of the photo has fewer pixels than anything is seen in.

    Facts: `width` and `height` of the part, `least` that each must have, all in pixels.
    """

    code = "crop_too_small"


class PhotosUncombinable(PhotoError):
    """So many photos are not searched with as one thing.

    Facts: `n` of them, `least` and `most` that there may be.
    """

    code = "photos_uncombinable"
