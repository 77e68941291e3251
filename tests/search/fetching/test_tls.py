"""Encryption: the certificate is held to the name in the address, not to where that leads."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from functools import partial

import pytest
import trustme

from search.errors import AddressUnfetchable, AddressUnreachable, FetchTimeout
from tests.search.fetching.conftest import MakeFetcher
from tests.search.fetching.played_site import PICTURE, Site, endless, to

AUTHORITY = trustme.CA()
ADDRESS = "https://pictures.example/a.jpg"


@pytest.fixture
def called() -> list[str | None]:
    """Collect the names by which the site was called before its certificate was shown."""
    return []


@pytest.fixture
def secret(called: list[str | None]) -> Iterator[Site]:
    """Serve pictures of pictures.example and of an IP address, encrypted."""
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("pictures.example", "93.184.216.34").configure_cert(theirs)
    theirs.sni_callback = lambda _, name, __: called.append(name)
    with Site(theirs) as site:
        yield site


@pytest.fixture
def ours() -> ssl.SSLContext:
    """Trust the authority of these tests."""
    ours = ssl.create_default_context()
    AUTHORITY.configure_trust(ours)
    return ours


def test_the_name_is_called_and_verified(
    secret: Site, make_fetcher: MakeFetcher, ours: ssl.SSLContext, called: list[str | None]
) -> None:
    """The connection goes to the IP address, the handshake by the name; then it is kept."""
    fetcher = make_fetcher(dial=secret.dial, trust=ours)
    for address in (ADDRESS, "https://pictures.example./b.jpg"):
        assert fetcher.fetch(address) == PICTURE
    assert secret.roads == [("93.184.216.34", 443)]
    assert called == ["pictures.example"]


def test_the_certificate_of_an_ip_address(
    secret: Site, make_fetcher: MakeFetcher, ours: ssl.SSLContext
) -> None:
    """An address without a name is verified as such."""
    fetcher = make_fetcher(dial=secret.dial, trust=ours)
    assert fetcher.fetch("https://93.184.216.34/a.jpg") == PICTURE
    with pytest.raises(AddressUnfetchable, match="certificate is not trusted"):
        fetcher.fetch("https://93.184.216.35/a.jpg")


def test_from_http_to_https_is_followed(
    site: Site, secret: Site, make_fetcher: MakeFetcher, ours: ssl.SSLContext
) -> None:
    """The other way round than what is refused."""
    site.answers["/a.jpg"] = to(ADDRESS)
    sites = {80: site, 443: secret}
    fetcher = make_fetcher(dial=lambda place, s: sites[place[1]].dial(place, s), trust=ours)
    assert fetcher.fetch("http://pictures.example/a.jpg") == PICTURE
    assert len(secret.visits) == 1


@pytest.mark.parametrize("name", ["other.example", "www.pictures.example"])
def test_a_certificate_for_another_name_is_refused(
    secret: Site, make_fetcher: MakeFetcher, ours: ssl.SSLContext, name: str
) -> None:
    """Also when the IP address is in the certificate: the name is what was asked for."""
    with pytest.raises(AddressUnfetchable, match="certificate is not trusted"):
        make_fetcher(dial=secret.dial, trust=ours).fetch(f"https://{name}/a.jpg")
    assert secret.visits == []


def test_an_unknown_authority_is_refused(secret: Site, make_fetcher: MakeFetcher) -> None:
    """The public authorities did not sign this."""
    with pytest.raises(AddressUnfetchable, match="certificate is not trusted"):
        make_fetcher(dial=secret.dial, trust=None).fetch(ADDRESS)


def test_no_encryption_where_there_should_be(site: Site, make_fetcher: MakeFetcher) -> None:
    """A server of plain HTTP at the port for https."""
    with pytest.raises(AddressUnreachable):
        make_fetcher().fetch(ADDRESS)
    assert site.visits == []


def test_the_time_holds_for_handshake_and_body(
    secret: Site, make_fetcher: MakeFetcher, ours: ssl.SSLContext
) -> None:
    """A body that drips through the encryption; and a server that never shakes hands."""
    secret.answers["/a.jpg"] = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.02)
    started = time.monotonic()
    with pytest.raises(FetchTimeout):
        make_fetcher(dial=secret.dial, trust=ours, seconds=0.3).fetch(ADDRESS)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        to_mute = partial(socket.create_connection, mute.getsockname())
        with pytest.raises(FetchTimeout):
            make_fetcher(dial=lambda _, seconds: to_mute(seconds), seconds=0.2).fetch(ADDRESS)
    assert time.monotonic() - started < 20
