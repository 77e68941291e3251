"""The address of a model's server: what may be one, and the one name by which it is known."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from search.errors import SettingError

# Hosts whose business HUGGINGFACE_API_TOKEN is: the router and the endpoints people rent there.
_HUGGINGFACE_DOMAINS = ("huggingface.co", "huggingface.cloud", "hf.space")
_USUAL_PORTS = {"http": 80, "https": 443}


def checked(url: str) -> SplitResult:
    """Refuse what is no address, and an address with a secret in it: addresses end up in logs.

    Raises SettingError, which names ENCODER_URL.
    """
    address = split(url)
    expected = ""
    if address is None or address.scheme not in _USUAL_PORTS or not hostname_of(address):
        expected = "@settings.ENCODER_URL.expected"
    elif address.query or address.fragment or "@" in address.netloc:
        expected = "@reasons.address_without_secrets"
    elif address.scheme == "http" and _is_huggingface(hostname_of(address)):
        expected = "@reasons.address_encrypted"
    if address is None or expected:
        raise SettingError(name="ENCODER_URL", expected=expected)
    return address


def split(url: str) -> SplitResult | None:
    """Take an address apart; None when it cannot be one."""
    try:
        address = urlsplit(url.strip())
        _ = address.port  # read when it is asked for, and may then turn out to be no number
    except ValueError:
        return None
    return address


def hostname_of(address: SplitResult) -> str:
    """Return the server's name in small letters, without the dot that may end it; "" for none."""
    return (address.hostname or "").removesuffix(".")


def host_of(address: SplitResult) -> str:
    """Return server and port, alike for every way of writing them: calls are counted by it.

    >>> host_of(urlsplit("https://API.Example.:443/v1"))
    'api.example'
    """
    name = hostname_of(address)
    host = f"[{name}]" if ":" in name else name
    is_usual = address.port in (None, _USUAL_PORTS.get(address.scheme))
    return host if is_usual else f"{host}:{address.port}"


def _is_huggingface(host: str) -> bool:
    return any(host == known or host.endswith("." + known) for known in _HUGGINGFACE_DOMAINS)
