"""Which IP addresses pictures may be fetched from.

The standard library says what is global; what the oldest supported Python does not know yet, and
what is never a server of pictures however global it is, stands here.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

from search.fetching.address import IPAddress

# RFC 1918, RFC 6598 (carrier-grade NAT), loopback, RFC 4193: what FETCH_PRIVATE opens.
PRIVATE = tuple(
    ip_network(block)
    for block in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "::1/128",
        "fc00::/7",
    )
)
# Where cloud servers get their keys from, beside link-local addresses: Alibaba's, Azure's,
# Oracle's, Amazon's and Google's. Never opened.
METADATA = tuple(
    ip_network(block)
    for block in (
        "169.254.0.0/16",
        "fe80::/10",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.192/32",
        "fd00:ec2::/32",
        "fd20:ce::254/128",
    )
)
# Special by IANA's registries, and global to some Python from 3.11 on (or reached over a tunnel
# whose other end is anybody's): protocol assignments, 6to4 and its relays, documentation.
SPECIAL = tuple(
    ip_network(block)
    for block in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
)
GLOBAL_UNICAST = ip_network("2000::/3")  # all that is allotted of IPv6 (RFC 4291, 2.4)
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address


def refusal_of(ip: IPAddress, *, private: bool) -> str | None:
    """Return why this address is not connected to, as the key of a text; None when it may be.

    With `private`, what is in PRIVATE may be.
    """
    ip = _meant(ip)
    if any(ip in block for block in METADATA):
        return "@reasons.address_metadata"
    if any(ip in block for block in PRIVATE):
        return None if private else "@reasons.address_private"
    special = any(ip in block for block in SPECIAL)
    if special or not ip.is_global or ip.is_multicast or ip.is_reserved:
        return "@reasons.address_special"
    if isinstance(ip, IPv6Address) and ip not in GLOBAL_UNICAST:
        return "@reasons.address_special"
    return None


def _meant(ip: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself.

    Only the two forms in use are looked into. The others (IPv4-compatible, 6to4, Teredo, NAT64
    with a prefix of one's own) are special, whatever is in them.
    """
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in NAT64:
            return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip
