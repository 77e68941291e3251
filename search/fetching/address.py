"""What somebody wrote -> an address that can be asked, or a sentence about why not.

Stricter than a browser: whatever two programs could read in two ways is not read at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from search.errors import AddressInvalid, AddressRefused, AddressUnfetchable

PORTS = {"http": 80, "https": 443}
# What a browser gives for a picture that is nowhere else. It may be as long as the picture.
IN_BROWSER = ("data:", "blob:", "file:", "content:")
LONGEST_ADDRESS = 8_000
LONGEST_NAME = 253
_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.ASCII)
# The last label of a name that resolvers take for a number: 127.1, 0x7f.1, 017700000001.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
# A backslash is a slash to browsers and none to others.
_AMBIGUOUS = re.compile(r"[\x00-\x1f\x7f\\]")

IPAddress = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Address:
    """Where a picture is: `target` is the path with its query, as it is sent.

    `name` is without a closing dot and in ASCII; `ip` is what it is if the host is no name.
    """

    scheme: str
    name: str
    port: int
    target: str = field(repr=False)
    ip: IPAddress | None = None

    @property
    def host(self) -> str:
        """The host, and the port unless it is the usual one: all that may be told of an address."""
        host = f"[{self.name}]" if isinstance(self.ip, IPv6Address) else self.name
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def followed(self, location: str) -> Address:
        """Return where a redirect leads.

        Raises AddressRefused from https to http, AddressUnfetchable when it leads nowhere.
        """
        try:
            address = read_address(urljoin(f"{self.scheme}://{self.host}{self.target}", location))
        except (AddressInvalid, ValueError):
            address = None
        if address is None:
            raise AddressUnfetchable(host=self.host, reason="@reasons.fetch_astray")
        if self.scheme == "https" and address.scheme == "http":
            raise AddressRefused(host=address.host, reason="@reasons.address_downgrade")
        return address


def read_address(text: str) -> Address:
    """Read an address; raise AddressInvalid for anything that is none or could be two."""
    text = text.strip()
    if text[:8].lower().startswith(IN_BROWSER):
        raise AddressInvalid(reason="@reasons.address_in_browser")
    if len(text) > LONGEST_ADDRESS:
        raise AddressInvalid(reason="@reasons.address_too_long", limit=LONGEST_ADDRESS)
    if _AMBIGUOUS.search(text):
        raise _unreadable()
    url = _parsed(text)
    if url.scheme not in PORTS:
        raise AddressInvalid(reason="@reasons.address_no_web")
    if url.auth is not None:
        raise AddressInvalid(reason="@reasons.address_with_secrets")
    name, ip = _host(url.host or "")
    port = PORTS[url.scheme] if url.port is None else url.port
    if port == 0:
        raise _unreadable()
    return Address(url.scheme, name, port, url.request_uri, ip)


def _parsed(text: str) -> Url:
    try:
        return parse_url(text)
    except (LocationParseError, UnicodeError, ValueError):
        # Not even as a cause: the parser's own error repeats the whole address.
        url = None
    if url is None:
        raise _unreadable()
    return url


def _host(host: str) -> tuple[str, IPAddress | None]:
    """Return a name, and the IP address that it is if it is one."""
    try:
        if host.startswith("["):
            if "%" in host:  # a zone: the name of one of our own network cards
                raise _unreadable()
            v6 = IPv6Address(host[1:-1])
            return v6.compressed, v6
        name = host.removesuffix(".")
        labels = name.split(".")
        if _NUMBER.fullmatch(labels[-1]):
            v4 = IPv4Address(name)
            return str(v4), v4
    except AddressValueError:
        raise AddressInvalid(reason="@reasons.address_number") from None
    if len(name) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise _unreadable()
    return name, None


def _unreadable() -> AddressInvalid:
    return AddressInvalid(reason="@reasons.address_unreadable")
