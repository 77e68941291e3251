"""Addresses of this app's own pages, to which somebody may be led whoever named them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

# What browsers say in Sec-Fetch-Site of whoever was sent here by another site's page.
OTHER_SITES: Final = ("cross-site", "same-site")

# More does not fit into a cookie once it is quoted.
LONGEST: Final = 2_000
# Left out of an address.
_PORTS: Final = {"http": 80, "https": 443}
# A path of this host, whatever a browser makes of it: neither a second slash nor a backslash, which
# would begin another host, nor what browsers leave out (tabs, line ends).
_LOCAL: Final = re.compile(r"/(?!/)[!-\[\]-~]*")


def is_local(address: str, below: str) -> bool:
    """Tell whether an address is a path, with or without a query, below a path that ends in /."""
    path = address.partition("?")[0]
    return (
        len(address) <= LONGEST
        and _LOCAL.fullmatch(address) is not None
        and path.startswith(below)
        # Browsers go up by dots, written as such or not.
        and not any(unquote(part) in (".", "..") for part in path.split("/"))
    )


def without(address: str, parameter: str) -> str:
    """Return an address without a parameter; the others stay as they are written."""
    path, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and _name(part) != parameter]
    return f"{path}?{'&'.join(kept)}" if kept else path


def with_(address: str, parameter: str, value: str) -> str:
    """Return an address with one more parameter, or another value of it."""
    bare = without(address, parameter)
    return f"{bare}{'&' if '?' in bare else '?'}{parameter}={value}"


def origin(address: str) -> str:
    """Return scheme, host and port of a web address, as browsers write it; "" of anything else."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets without an address between them, a port that is no number
        return ""
    if parts.scheme not in _PORTS or not host:
        return ""
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (
        "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    )


def path_and_query(address: str) -> str:
    """Return what follows the host in a web address; "" of what is none."""
    parts = urlsplit(address)
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def _name(parameter: str) -> str:
    return unquote(parameter.partition("=")[0].replace("+", " "))
