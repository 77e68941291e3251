"""Being sent on: every hop is judged like the first, and there are few of them."""

from __future__ import annotations

import ssl

import pytest
import trustme

from search.errors import AddressRefused, AddressUnfetchable
from search.fetching import Fetcher
from tests.search.fetching.conftest import MakeFetcher
from tests.search.fetching.played_site import PICTURE, Site, answer, to

START = "http://pictures.example/start"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/there", "there?a=1#b", "//other.example/there", "http://other.example/there"]
)
def test_a_redirect_is_followed(site: Site, fetcher: Fetcher, status: int, location: str) -> None:
    """Relative or whole, with each of the statuses."""
    site.answers["/start"] = to(location, status)
    assert fetcher.fetch(START) == PICTURE
    assert [visit.path.partition("?")[0] for visit in site.visits] == ["/start", "/there"]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/a.jpg",
        "//127.0.0.1/a.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://100.100.100.200/",
        "https://192.168.0.1/",
        "http://inside.example/",
    ],
)
def test_a_redirect_into_a_private_network_is_refused(
    site: Site, make_fetcher: MakeFetcher, location: str
) -> None:
    """Also by a name; the second server is not connected to."""
    site.answers["/start"] = to(location)
    places = {"pictures.example": ["8.8.8.8"], "inside.example": ["10.1.2.3"]}
    with pytest.raises(AddressRefused):
        make_fetcher(lookup=places.__getitem__).fetch(START)
    assert site.roads == [("8.8.8.8", 80)]


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://2130706433/",
        "http://user:word@pictures.example/",
        "\\\\127.0.0.1\\a",
        "http://[::1",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_redirect_to_no_address_is_refused(site: Site, fetcher: Fetcher, location: str) -> None:
    """What nobody may enter, no server may send us to."""
    site.answers["/start"] = to(location)
    with pytest.raises(AddressUnfetchable) as caught:
        fetcher.fetch(START)
    assert caught.value.facts == {"host": "pictures.example", "reason": "@reasons.fetch_astray"}
    assert len(site.visits) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(site: Site, fetcher: Fetcher) -> None:
    """A circle ends as well."""
    for number in range(1, 4):
        site.answers[f"/{number}"] = to(f"/{number - 1}")
    assert fetcher.fetch("http://pictures.example/3") == PICTURE
    site.visits.clear()
    site.answers["/circle"] = to("/circle")
    with pytest.raises(AddressUnfetchable, match="more than 3 times"):
        fetcher.fetch("http://pictures.example/circle")
    assert len(site.visits) == 4


def test_a_redirect_without_a_target_is_a_status(site: Site, fetcher: Fetcher) -> None:
    """302 and no Location."""
    site.answers["/start"] = answer(302, b"")
    with pytest.raises(AddressUnfetchable, match="the answer was 302"):
        fetcher.fetch(START)


def test_from_https_to_http_is_refused(make_fetcher: MakeFetcher) -> None:
    """The picture would come in the clear after all."""
    authority = trustme.CA()
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("pictures.example").configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    with Site(theirs) as secret:
        secret.answers["/start"] = to("http://pictures.example/a.jpg")
        with pytest.raises(AddressRefused, match="from https to http"):
            make_fetcher(trust=ours, dial=secret.dial).fetch("https://pictures.example/start")
        assert len(secret.roads) == 1


def test_nothing_is_carried_along(site: Site, fetcher: Fetcher) -> None:
    """No cookie, no referer, no authorisation; each host is called by its own name."""
    cookie = {"Location": "http://other.example:8080/there", "Set-Cookie": "who=you"}
    site.answers["/start"] = answer(302, b"", cookie)
    fetcher.fetch(START)
    fetcher.fetch(START)
    hosts = [visit.headers["Host"] for visit in site.visits]
    assert hosts == ["pictures.example", "other.example:8080"] * 2
    for visit in site.visits:
        assert {name.lower() for name in visit.headers} == {
            "host",
            "user-agent",
            "accept",
            "accept-encoding",
        }
