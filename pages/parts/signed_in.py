"""Who is signed in, by the cookie that Streamlit signs, and by which providers people can sign in.

`st.user` says it too, but only where Streamlit draws a page; requests below /api bring the same
cookie. It is read by the functions with which Streamlit reads it. None is private, and none is in
its promises: `tests/browser/test_signing_in.py` signs in for real.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

import streamlit as st
from streamlit.auth_util import (
    get_cookie_with_chunks,
    get_origin_from_redirect_uri,
    get_validated_redirect_uri,
)
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.runtime.secrets import SecretsValue
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette import starlette_auth_routes
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import (
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
)

from pages.parts.running import get_sign_outs, is_open, read_settings
from search.access.discovery import description_of
from search.access.sign_in_lines import keep_the_reason
from search.access.sign_in_steps import SEAL
from search.access.signed_out import SignedOut
from search.errors import SettingError
from search.settings import Settings

# As Streamlit calls its cookies: who is signed in, and the provider's tokens.
USER: Final = USER_COOKIE_NAME
TOKENS: Final = TOKENS_COOKIE_NAME
CALLBACK: Final = "/oauth2callback"
DEFAULT: Final = ""
"""The provider that has no name, as `providers` gives it."""

_SECTION: Final = "auth"
# Streamlit's name for what stands in [auth] itself.
_UNNAMED: Final = "default"
_OF_A_PROVIDER: Final = ("client_id", "client_secret", "server_metadata_url")
_SHORTEST_SECRET: Final = 32
_HOURS_A_DAY: Final = 24

_signed_out = SignedOut(get_sign_outs)


def claims_of(cookies: Mapping[str, str]) -> Mapping[str, object] | None:
    """Return what the provider said of whoever sends these cookies; None for nobody.

    A cookie that is broken, changed, signed with another secret, older than SIGN_IN_HOURS, made for
    another address of the app or ended by signing out is nobody's. The first good one in a process
    waits for the database, which alone knows what ended before: raises as `get_sign_outs`, and then
    nobody is let in by one. Afterwards nothing is waited for.
    """
    sign_in = _sign_in(cookies)
    return None if sign_in is None or _signed_out.ask(sign_in[1]) else sign_in[0]


def must_ask(cookies: Mapping[str, str]) -> bool:
    """Tell whether `claims_of` would wait for the database."""
    return USER in cookies and not _signed_out.is_read


async def end_sign_in(cookies: Mapping[str, str]) -> None:
    """Let these cookies sign nobody in any more, in whichever tabs they are left.

    See SignedOut for when that holds in other processes.
    """
    sign_in = _sign_in(cookies)
    if sign_in is not None:
        await _signed_out.end(sign_in[1])


def share_sign_outs() -> None:
    """Learn what ended elsewhere, and tell what ended here, while there is an engine; often called.

    Raises as `get_sign_outs`.
    """
    if is_open():
        _signed_out.share()


def _sign_in(cookies: Mapping[str, str]) -> tuple[Mapping[str, object], bytes] | None:
    """Return what the provider said, and what tells this sign-in from all others."""
    pieces = dict[str, str]()

    def opened(name: str) -> bytes | None:
        pieces[name] = cookies.get(name, "")
        return _opened(cookies, name)

    signed = get_cookie_with_chunks(opened, USER)
    if signed is None or (len(pieces) > 1 and not _is_sealed(cookies, pieces)):
        return None
    try:
        claims = json.loads(signed)
    except ValueError:
        return None
    origin = get_origin_from_redirect_uri()
    if not isinstance(claims, dict) or origin is None or claims.get("origin") != origin:
        return None
    return (claims, _digest(pieces)) if claims.get("is_logged_in") is True else None


def seal(pieces: Mapping[str, str]) -> str:
    """Return what proves that pieces of a cookie were given together, by their names.

    Streamlit signs each by itself, for its name: without this somebody who signed in twice could
    put the pieces together to what no provider ever said.
    """
    whole = "\n".join(f"{name}={value}" for name, value in sorted(pieces.items()))
    return hmac.new(get_cookie_secret().encode(), whole.encode(), sha256).hexdigest()


def _digest(pieces: Mapping[str, str]) -> bytes:
    """Return what was signed and when, in short, without the signatures.

    The last letter of one can be written in several ways that are all good.
    """
    signed = sorted(f"{name}={value.rpartition('.')[0]}" for name, value in pieces.items())
    return sha256("\n".join(signed).encode()).digest()


def _is_sealed(cookies: Mapping[str, str], pieces: Mapping[str, str]) -> bool:
    return hmac.compare_digest(ascii(cookies.get(SEAL, "")), ascii(seal(pieces)))


def auth_secrets(settings: Settings) -> dict[str, SecretsValue] | None:
    """Return the section `auth` that the settings come to; None where they set up no sign-in."""
    issuer, public, client = settings.oidc_issuer, settings.public_url, settings.oidc_client_id
    client_secret, cookie_secret = settings.oidc_client_secret, settings.cookie_secret
    if not (issuer and public and client and client_secret and cookie_secret):
        return None
    return {
        "redirect_uri": public.rstrip("/") + CALLBACK,
        "cookie_secret": cookie_secret.get_secret_value(),
        "client_id": client,
        "client_secret": client_secret.get_secret_value(),
        "server_metadata_url": description_of(issuer),
        "client_kwargs": {"scope": settings.oidc_scopes},
    }


def has_own_auth() -> bool:
    """Tell whether Streamlit's file sets up sign-in; SettingError where it cannot be used.

    A file that cannot be read must not pass for one without the section: whoever comes would be
    let in. After `set_up` it is the settings' section that is looked at.
    """
    try:
        section = st.secrets.get(_SECTION)
    except StreamlitSecretNotFoundError as error:
        if error.error_id == "no-secrets-found":
            return False
        line = re.search(r"line (\d+)", str(error))
        raise SettingError(
            name="secrets.toml",
            expected="@reasons.secrets_file",
            line=line[1] if line else "…",
        ) from None
    if section is None:
        return False
    _check(section)
    return True


def set_up(settings: Settings) -> None:
    """Let `st.login` work by the settings where they set up sign-in: they win over the file.

    Called once there is an app and before its first request, and not as `st.App(secrets=...)`: the
    settings may stand in Streamlit's own file, which it finds only when there is an app; and what
    it is given there comes too late for the cookie in which a sign-in under way is kept, which
    each process would sign with a secret of its own. Raises SettingError as `has_own_auth`.
    """
    logging.getLogger(starlette_auth_routes.__name__).addFilter(keep_the_reason)
    has_own_auth()  # reads the file: it is not looked at any more once there are secrets
    section = auth_secrets(settings)
    if section is not None:
        st.secrets.merge_programmatic_secrets({_SECTION: section})
    _check_path("PUBLIC_URL" if section else "[auth]")


def providers() -> tuple[str, ...]:
    """Return the names of the providers, as `st.login` takes them; `DEFAULT` is the one without."""
    section = _section()
    named = [name for name in _sections(section) if name != _UNNAMED]
    has_default = _UNNAMED in _sections(section) or "client_id" in section
    return (DEFAULT, *named) if has_default else tuple(named)


def callback() -> str:
    """Return the address to which providers lead back, "" where nobody can sign in."""
    return get_validated_redirect_uri() or ""


def _opened(cookies: Mapping[str, str], name: str) -> bytes | None:
    """Return what a signed cookie holds; None where it is missing, changed or too old."""
    value = cookies.get(name, "")
    if not value or not value.isascii():
        return None
    return decode_signed_value(get_cookie_secret(), name, value, max_age_days=_longest_days())


@cache
def _longest_days() -> float:
    return read_settings().sign_in_hours / _HOURS_A_DAY


def _section() -> Mapping[str, object]:
    try:
        section = st.secrets.get(_SECTION)
    except StreamlitSecretNotFoundError:
        return {}
    return section if isinstance(section, Mapping) else {}


def _sections(section: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Return the sections of single providers, by name."""
    return {
        name: value
        for name, value in section.items()
        if isinstance(value, Mapping) and name != "client_kwargs"
    }


def _check(section: object) -> None:
    """Raise SettingError for what Streamlit would complain of when somebody signs in."""
    if not isinstance(section, Mapping) or not _is_shared_complete(section):
        raise SettingError(name="[auth]", expected="@reasons.auth_section")
    named = _sections(section)
    alone = {} if named and "client_id" not in section else {"[auth]": section}
    for name, provider in (alone | {f"[auth.{name}]": named[name] for name in named}).items():
        if "_" in name or not all(provider.get(key) for key in _OF_A_PROVIDER):
            raise SettingError(name=name, expected="@reasons.auth_provider")


def _check_path(name: str) -> None:
    """Raise SettingError where the provider would lead back beside the app.

    Streamlit knows of no path but the one in its options, and begins each sign-in below that.
    """
    base: str = st.get_option("server.baseUrlPath")
    back = callback()
    if back and urlsplit(back).path.removesuffix(CALLBACK).strip("/") != base.strip("/"):
        raise SettingError(name=name, expected="@reasons.public_path", base=base)


def _is_shared_complete(section: Mapping[str, object]) -> bool:
    redirect, secret = str(section.get("redirect_uri", "")), str(section.get("cookie_secret", ""))
    return redirect.endswith(CALLBACK) and len(secret) >= _SHORTEST_SECRET
