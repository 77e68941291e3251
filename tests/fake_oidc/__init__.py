"""An OpenID provider for tests: a real HTTP server on loopback that signs in whoever is clicked.

    with FakeOidc() as provider:
        app = start(OIDC_ISSUER=provider.issuer, OIDC_CLIENT_ID=provider.client_id, ...)
        provider.register(f"{app}/oauth2callback")
        ...                                    # a browser clicks "Sign in", and then "Anna Petrova"
        provider.fault = Fault.WRONG_NONCE     # from now on

It is as strict as the real ones: registered addresses only, codes that open once, the client's
secret, PKCE by S256, and RS256 with keys that can be rotated. By hand:

    python -m tests.fake_oidc --port 8098 --back-to http://localhost:8501/oauth2callback
"""

from tests.fake_oidc.faults import Fault
from tests.fake_oidc.people import (
    ANNA,
    BORIS,
    IMPOSTOR,
    OLEG,
    PEOPLE,
    STRANGER,
    VERA,
    Person,
)
from tests.fake_oidc.provider import FakeOidc

__all__ = [
    "ANNA",
    "BORIS",
    "IMPOSTOR",
    "OLEG",
    "PEOPLE",
    "STRANGER",
    "VERA",
    "FakeOidc",
    "Fault",
    "Person",
]
