"""Pictures from addresses that anybody may have written, fetched without being led astray.

The rules, and where each is kept:

- `address`: what is an address at all: http or https, no user or password, no number that some
  resolver takes for an IP address and a reader does not;
- `networks`: which IP addresses are public;
- `names`: a name is looked up once, all that it stands for is judged, and what was judged is what
  is connected to, so that a name server cannot change its mind in between;
- `connection`: HTTP over one socket, every step of it within what is left of one deadline;
- `idle`: connections that stay open for the next picture;
- `fetcher`: redirects, sizes, statuses.

Proxies of the environment (HTTP_PROXY and the like) are ignored: a proxy looks the name up anew,
and nobody here could say where it then goes.

Why not a library for all of it: requests and urllib3 bound single reads instead of the whole, and
log addresses with their queries; of those made against forged requests, requests-hardened judges
only the first of a name's addresses, microsoft-antissrf and ssrfguard keep no deadline and are too
young to lean on, advocate has not been kept since 2020, safehttpx asks a public name server. So
h11 speaks HTTP, urllib3 takes addresses apart, ipaddress knows the networks, and the rest is here.
"""

from __future__ import annotations

from search.fetching.fetcher import Fetcher

__all__ = ["Fetcher"]
