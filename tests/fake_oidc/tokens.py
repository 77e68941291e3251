"""The provider's keys, and the ID tokens that it signs with them."""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.fake_oidc.faults import Fault

_MINUTE = 60
_HOUR = 3600


def half_hash(text: str) -> str:
    """Return what an ID token says of the access token that comes with it."""
    return _base64(hashlib.sha256(text.encode()).digest()[:16])


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge that belongs to a verifier (RFC 7636)."""
    return _base64(hashlib.sha256(verifier.encode()).digest())


class Keys:
    """The provider's keys: one signs, and after a rotation the older ones are gone."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._signing = self._made()

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish no other."""
        self._signing = self._made()

    def published(self) -> dict[str, Any]:
        """Return the public keys, as `jwks_uri` has them."""
        return dict(KeySet([self._signing]).as_dict(private=False))

    def sign(self, claims: dict[str, Any], fault: Fault | None) -> str:
        """Return an ID token, good or as a fault would have it."""
        if fault is Fault.UNSIGNED:
            parts = (_base64(json.dumps(part).encode()) for part in ({"alg": "none"}, claims))
            return f"{'.'.join(parts)}."
        key = self._made(self._signing.kid) if fault is Fault.FOREIGN_KEY else self._signing
        header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
        return jwt.encode(header, _as(fault, claims), key)

    def reads(self, token: str) -> dict[str, Any]:
        """Return the claims of a token of its own; raise joserfc's errors for any other."""
        return dict(jwt.decode(token, self._signing, algorithms=["RS256"]).claims)

    def _made(self, name: str | None = None) -> RSAKey:
        name = name or f"key-{next(self._numbers)}"
        return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def times() -> dict[str, int]:
    """Return when a token was made and until when it is good, in seconds since 1970."""
    now = int(time.time())
    return {"iat": now, "exp": now + 5 * _MINUTE}


def _as(fault: Fault | None, claims: dict[str, Any]) -> dict[str, Any]:
    changed: dict[Fault | None, dict[str, Any]] = {
        Fault.WRONG_NONCE: {"nonce": "of-another-sign-in"},
        Fault.EXPIRED: {"iat": claims["iat"] - 2 * _HOUR, "exp": claims["exp"] - _HOUR},
        Fault.WRONG_AUDIENCE: {"aud": "another-app"},
        Fault.WRONG_ISSUER: {"iss": "https://issuer.example.com"},
    }
    left_out = "nonce" if fault is Fault.NO_NONCE else None
    told = claims | changed.get(fault, {})
    return {name: value for name, value in told.items() if name != left_out}


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
