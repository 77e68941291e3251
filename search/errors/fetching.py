"""Why a picture could not be fetched from its address.

No fact holds more of an address than its host: what follows it may be a secret, as it is in
addresses that were signed for a while.
"""

from __future__ import annotations

from search.errors.root import LikenessError


class FetchError(LikenessError):
    """There is no picture to be had from this address, or not now."""


class AddressInvalid(FetchError):
    """It is no address of a picture in the web. Facts: `reason`."""

    code = "address_invalid"


class AddressRefused(FetchError):
    """Likeness does not go there, on its own or sent on by a server. Facts: `host`, `reason`."""

    code = "address_refused"


class AddressOffLimits(AddressRefused):
    """Somebody wants to search with what is there. No setting opens it. Facts: `host`, `reason`."""

    code = "address_off_limits"


class AddressUnfetchable(FetchError):
    """Asking again will not help. Facts: `host`, `reason`, and `status` if there was an answer."""

    code = "address_unfetchable"


class AddressOfPage(AddressUnfetchable):
    """A web page is there, perhaps one on which the picture is to be seen. Facts: `host`."""

    code = "address_of_page"


class PictureTooLargeThere(FetchError):
    """The file has more bytes than allowed. Facts: `host`, `limit` (in megabytes)."""

    code = "picture_too_large_there"


class FetchTimeout(FetchError):
    """It was not there in time. Facts: `host`, `seconds`."""

    code = "fetch_timeout"
    retry = True


class AddressBusy(FetchError):
    """429 or 503. Facts: `host`, `status`, and `seconds` when the server said how long to wait."""

    code = "address_busy"
    retry = True


class AddressUnreachable(FetchError):
    """No connection, one that broke, or a server that failed. Facts: `host`, `reason`."""

    code = "address_unreachable"
    retry = True
