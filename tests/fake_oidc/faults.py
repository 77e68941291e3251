"""What can be wrong with a provider, or with somebody who plays one."""

from __future__ import annotations

from enum import Enum, auto


class Fault(Enum):
    """How the provider that is played goes wrong; `go_down` takes it away altogether."""

    DISCOVERY_FAILS = auto()
    """500 where its description should be."""
    TOKEN_REFUSED = auto()
    """The exchange of the code is answered with an error, and with all that was sent."""
    TOKEN_FAILS = auto()
    """The exchange is answered with 500 and a page."""
    WRONG_NONCE = auto()
    """The token was made for another sign-in: it is replayed."""
    NO_NONCE = auto()
    EXPIRED = auto()
    """The token was good until an hour ago."""
    WRONG_AUDIENCE = auto()
    """The token was made for another app."""
    WRONG_ISSUER = auto()
    FOREIGN_KEY = auto()
    """The token is signed with a key that is not the provider's, under its name."""
    UNSIGNED = auto()
    NO_TOKEN = auto()
    """There is an access token, and nothing that says who it is."""
