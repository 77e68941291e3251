"""The provider itself: what it knows of its client and of who is signed in, and its addresses."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

from joserfc.errors import JoseError

from tests.fake_oidc.asked import Asked, Said, as_json, as_page, lead, refuse
from tests.fake_oidc.faults import Fault
from tests.fake_oidc.http import Http
from tests.fake_oidc.people import PEOPLE, Person
from tests.fake_oidc.tokens import Keys, challenge_of, half_hash, times

_REFUSED: Final = "The person <b>would not</b>"


@dataclass(frozen=True, slots=True)
class _Granted:
    """What a code opens: for whom, and what was said when it was asked for."""

    person: Person
    asked: dict[str, str]


class FakeOidc(Http):
    """Use it as a context manager; every method may be called from any thread.

    `fault` is how it goes wrong, None for not at all; `signed_in` has the subjects of those who
    signed in and not out again; `given` all that nobody but the app may know: codes and tokens.
    """

    def __init__(
        self,
        people: Iterable[Person] = PEOPLE,
        client_id: str = "likeness-test",
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.client_id = client_id
        self.client_secret = secrets.token_urlsafe(24)
        self.fault: Fault | None = None
        self.signed_in: set[str] = set()
        self.given: list[str] = []
        self._people = {person.subject: person for person in people}
        self._addresses: set[str] = set()
        self._codes: dict[str, _Granted] = {}
        self._keys = Keys()

    @property
    def issuer(self) -> str:
        """What it is called by, and where its description begins."""
        return self.address

    def register(self, callback: str) -> None:
        """Let the client lead people back to an address, from signing in and from signing out."""
        self._addresses.add(callback)

    def rotate_key(self) -> None:
        """Sign with another key from now on."""
        self._keys.rotate()

    def answer(self, asked: Asked) -> Said:
        """Answer a request."""
        places: dict[tuple[str, str], Callable[[Asked], Said]] = {
            ("GET", "/.well-known/openid-configuration"): self._describe,
            ("GET", "/authorize"): self._ask_who,
            ("GET", "/chosen"): self._grant,
            ("POST", "/token"): self._exchange,
            ("GET", "/keys"): lambda _: as_json(self._keys.published()),
            ("GET", "/logout"): self._sign_out,
        }
        place = places.get((asked.method, asked.path))
        return place(asked) if place else Said(404, b"nothing here")

    def _describe(self, _: Asked) -> Said:
        if self.fault is Fault.DISCOVERY_FAILS:
            return as_page("<h1>Internal Server Error", 500)
        return as_json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "end_session_endpoint": f"{self.address}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        )

    def _ask_who(self, asked: Asked) -> Said:
        """Show who can be signed in, as links; complain as real ones do, to the person."""
        if fault := self._misdirected(asked.query):
            return as_page(f"<h1>{fault}", 400)
        query = escape(asked.address.partition("?")[2])
        links = "".join(
            f'<p><a href="/chosen?subject={person.subject}&amp;{query}">{escape(person.name)}</a>'
            for person in self._people.values()
        )
        refusing = f'<p><a href="/chosen?subject=&amp;{query}">Do not sign in</a>'
        return as_page(f"<title>Who are you?</title><h1>Who are you?</h1>{links}{refusing}")

    def _misdirected(self, asked: dict[str, str]) -> str:
        if asked.get("client_id") != self.client_id:
            return "unknown client"
        if asked.get("redirect_uri") not in self._addresses:
            return "this address is not registered"
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return "not OpenID Connect"
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "no PKCE"
        return "" if asked.get("state") and asked.get("nonce") else "no state or nonce"

    def _grant(self, asked: Asked) -> Said:
        told = asked.query
        if fault := self._misdirected(told):
            return as_page(f"<h1>{fault}", 400)
        back, state = told["redirect_uri"], told["state"]
        person = self._people.get(told["subject"])
        if person is None:
            return lead(back, error="access_denied", error_description=_REFUSED, state=state)
        code = self._new("code")
        self._codes[code] = _Granted(person, told)
        self.signed_in.add(person.subject)
        return lead(back, code=code, state=state)

    def _exchange(self, asked: Asked) -> Said:
        form = asked.form
        if asked.client != (self.client_id, self.client_secret):
            return refuse("invalid_client", status=401)
        if self.fault is Fault.TOKEN_REFUSED:
            return refuse("server_error", f"{form} {dict(asked.headers)}")
        if self.fault is Fault.TOKEN_FAILS:
            return as_page("<h1>Bad Gateway", 502)
        granted = self._codes.pop(form.get("code", ""), None)
        if granted is None or not _is_same(form, granted.asked):
            return refuse("invalid_grant")
        return as_json(self._tokens(granted))

    def _tokens(self, granted: _Granted) -> dict[str, object]:
        access = self._new("access")
        given = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if self.fault is Fault.NO_TOKEN:
            return given
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "nonce": granted.asked["nonce"],
            "at_hash": half_hash(access),
            **times(),
            **granted.person.claims,
        }
        token = self._keys.sign(claims, self.fault)
        self.given.append(token)
        return given | {"id_token": token}

    def _sign_out(self, asked: Asked) -> Said:
        """End a session, as OpenID Connect's RP-initiated logout has it."""
        told = asked.query
        back = told.get("post_logout_redirect_uri", "")
        if told.get("client_id") != self.client_id or back not in self._addresses:
            return as_page("<h1>this address is not registered", 400)
        try:
            self.signed_in.discard(self._keys.reads(told.get("id_token_hint", ""))["sub"])
        except JoseError:
            return as_page("<h1>not signed in", 400)
        return lead(back, state=told.get("state", ""))

    def _new(self, kind: str) -> str:
        made = f"{kind}-{secrets.token_urlsafe(24)}"
        self.given.append(made)
        return made


def _is_same(form: dict[str, str], asked: dict[str, str]) -> bool:
    """Tell whether a code is brought by whom it was asked for, and as it was asked for."""
    return (
        form.get("grant_type") == "authorization_code"
        and form.get("redirect_uri") == asked["redirect_uri"]
        and challenge_of(form.get("code_verifier", "")) == asked["code_challenge"]
    )
