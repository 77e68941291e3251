"""How time left and the places of pictures are written, on the page and in a terminal."""

from __future__ import annotations

from urllib.parse import urlsplit


def duration(seconds: float) -> str:
    """Write seconds as minutes and seconds, or hours, minutes and seconds: 2:05, 1:02:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def host_of(address: str | None) -> str:
    """Return where a picture lies: the host of an address, or a path; "" where nobody knows.

    What follows the host may be a secret, as it is in addresses that were signed for a while.
    """
    if address is None:
        return ""
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return ""
