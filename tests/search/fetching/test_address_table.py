"""Addresses that somebody enters to search with, and every trick that leads elsewhere: one table.

Each row is a trick, the address, and what the reader is told. All of them go the way of the search
page: `Elsewhere`, then the photo's reader. How each kind is refused in all its spellings, and what
encryption adds, is tested beside this file.
"""

from __future__ import annotations

import gzip
import socket
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial

import pytest

from search import elsewhere as going
from search.elsewhere import Elsewhere
from search.engine import SearchEngine
from search.errors import AddressOffLimits, LikenessError
from search.fetching import Fetcher, names
from search.language import language
from search.photo import Photo, read_photo
from search.settings import Settings
from search.store.store import Store
from tests.search.fetching import test_addresses
from tests.search.fetching.conftest import TRUST
from tests.search.fetching.played_site import PUBLIC, Answer, Site, answer, endless, raw, to

MOST_BYTES = 2_000
PRIVATE = "lies in a private network"
METADATA = "cloud servers keep their keys"
SPECIAL = "no server in the web has such an IP address"
PORT = "from the usual ports of the web alone (80, 443, 8000, 8080, 8443)"
NO_WEB = "it does not begin with http:// or https://"
IN_BROWSER = "it leads into a browser or a device, and not into the web"
NUMBER = "a number that is not written as an IP address"
UNREADABLE = "it cannot be read as one"
SECRETS = "it holds a user name or a password"
ASTRAY = "sends us on to something that is no address of a picture"
TOO_LARGE = "has more than the 0 MB that are allowed"
TOO_LATE = "did not deliver the picture within"
NO_HTTP = "does not speak HTTP as it should"
NO_PICTURE = "This is not a picture that Likeness can read. Use a PNG"
A_PAGE = "There is a web page at site.example, and not a picture. Click the picture on that page"

TABLE = [
    # Schemes.
    ("a file of the server", "file:///etc/passwd", IN_BROWSER),
    ("a picture in the address itself", "data:image/png;base64,iVBORw0KGgo=", IN_BROWSER),
    ("the same, as long as a picture", "DATA:image/png;base64," + "A" * 100_000, IN_BROWSER),
    ("a picture inside a browser", "blob:https://site.example/4b3f", IN_BROWSER),
    ("FTP", "ftp://site.example/a.jpg", NO_WEB),
    ("a protocol that carries any other", "gopher://127.0.0.1:6379/_FLUSHALL", NO_WEB),
    ("a dictionary server", "dict://127.0.0.1:11211/stats", NO_WEB),
    ("a script", "javascript:alert(1)", NO_WEB),
    ("no scheme", "//127.0.0.1/a.jpg", NO_WEB),
    # Who is who in an address.
    ("a name before an @", "http://site.example@127.0.0.1/", SECRETS),
    ("a password", "http://user:word@site.example/", SECRETS),
    ("a backslash", "http://site.example\\@127.0.0.1/", UNREADABLE),
    ("a tab", "http://site.example\t@127.0.0.1/", UNREADABLE),
    ("a line's end", "http://site.example/\r\nHost: 127.0.0.1", UNREADABLE),
    ("one slash too many", "http:///127.0.0.1/", UNREADABLE),
    # One number of many spellings.
    ("decimal", "http://2130706433/", NUMBER),
    ("hexadecimal", "http://0x7f000001/", NUMBER),
    ("octal", "http://0177.0.0.1/", NUMBER),
    ("short", "http://127.1/", NUMBER),
    ("shortest", "http://0/", NUMBER),
    ("too large", "http://127.0.0.256/", NUMBER),
    ("encoded", "http://127.0.0.%31/", PRIVATE),
    ("a closing dot", "http://127.0.0.1./", PRIVATE),
    ("full-width figures", "http://\N{FULLWIDTH DIGIT ONE}27.0.0.1/", UNREADABLE),
    ("other dots", "http://127\N{IDEOGRAPHIC FULL STOP}0\N{IDEOGRAPHIC FULL STOP}0.1/", UNREADABLE),
    ("letters in circles", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", UNREADABLE),
    # Networks.
    ("loopback", "http://127.0.0.1/", PRIVATE),
    ("all of loopback", "http://127.255.255.254/", PRIVATE),
    ("a company's network", "http://10.0.0.1/", PRIVATE),
    ("Docker's", "http://172.17.0.1/", PRIVATE),
    ("a home's", "http://192.168.1.1/", PRIVATE),
    ("a provider's", "http://100.64.0.1/", PRIVATE),
    ("this host", "http://0.0.0.0/", SPECIAL),
    ("everybody", "http://255.255.255.255/", SPECIAL),
    ("a group", "http://239.255.255.250/", SPECIAL),
    ("documentation", "http://192.0.2.1/", SPECIAL),
    ("a cloud's keys", "http://169.254.169.254/latest/meta-data/", METADATA),
    ("a container's keys", "http://169.254.170.2/v2/credentials", METADATA),
    ("another cloud's keys", "http://100.100.100.200/", METADATA),
    # IPv6.
    ("loopback in IPv6", "http://[::1]/", PRIVATE),
    ("the same in full", "http://[0:0:0:0:0:0:0:1]/", PRIVATE),
    ("IPv4 in IPv6", "http://[::ffff:127.0.0.1]/", PRIVATE),
    ("the same in hexadecimal", "http://[::ffff:7f00:1]/", PRIVATE),
    ("keys by IPv4 in IPv6", "http://[::ffff:169.254.169.254]/", METADATA),
    ("through NAT64", "http://[64:ff9b::127.0.0.1]/", PRIVATE),
    ("through a NAT64 of one's own", "http://[64:ff9b:1::a00:1]/", SPECIAL),
    ("through 6to4", "http://[2002:7f00:1::]/", SPECIAL),
    ("through Teredo", "http://[2001:0:7f00:1::]/", SPECIAL),
    ("in the oldest form", "http://[::127.0.0.1]/", SPECIAL),
    ("a local network", "http://[fd12:3456::1]/", PRIVATE),
    ("this cable", "http://[fe80::1]/", METADATA),
    ("this cable by its card", "http://[fe80::1%25eth0]/", UNREADABLE),
    ("keys in IPv6", "http://[fd00:ec2::254]/", METADATA),
    # Names.
    ("this machine", "http://localhost/", PRIVATE),
    ("the same, otherwise", "http://LOCALHOST./", PRIVATE),
    ("a name for loopback", "http://127.0.0.1.names.example/", PRIVATE),
    ("a name inside the company", "http://intranet/", PRIVATE),
    ("a public and a private address", "http://both.example/", PRIVATE),
    ("a name for a cloud's keys", "http://metadata.google.internal/", METADATA),
    ("a name for IPv4 in IPv6", "http://mapped.example/", PRIVATE),
    ("a name that changes its mind", "http://turncoat.example/itself", PRIVATE),
    ("a name that nobody has", "http://nobody.example/", "there is no server of this name"),
    # Ports.
    ("mail", "http://site.example:25/", PORT),
    ("a remote shell", "https://site.example:22/", PORT),
    ("a database", "http://site.example:6379/", PORT),
    ("no port", "http://site.example:0/", UNREADABLE),
    ("a port too far", "http://site.example:65616/", UNREADABLE),
    # Being sent on.
    ("to loopback", "http://site.example/to-loopback", PRIVATE),
    ("to loopback, encrypted", "http://site.example/to-https", PRIVATE),
    ("to a private name", "http://site.example/to-name", PRIVATE),
    ("to a cloud's keys", "http://site.example/to-keys", METADATA),
    ("to IPv6", "http://site.example/to-six", PRIVATE),
    ("to a number", "http://site.example/to-number", ASTRAY),
    ("to a file", "http://site.example/to-file", ASTRAY),
    ("to a picture in an address", "http://site.example/to-data", ASTRAY),
    ("to another protocol", "http://site.example/to-gopher", ASTRAY),
    ("to a user", "http://site.example/to-user", ASTRAY),
    ("to a database", "http://site.example/to-port", PORT),
    ("at the end of a chain", "http://site.example/1", PRIVATE),
    ("in a circle", "http://site.example/circle", "sends us on more than 3 times"),
    # What never ends, and what is larger than it looks.
    ("too large by its own account", "http://site.example/large", TOO_LARGE),
    ("endless", "http://site.example/endless", TOO_LARGE),
    ("endless in chunks", "http://site.example/chunks", TOO_LARGE),
    ("packed", "http://site.example/packed", "packed"),
    ("packed, and it does not say so", "http://site.example/secretly-packed", NO_PICTURE),
    ("many pixels in few bytes", "http://site.example/pixels", "has more pixels than the"),
    ("a header without end", "http://site.example/header", NO_HTTP),
    ("silence", "http://site.example/silent", TOO_LATE),
    ("a byte now and then", "http://site.example/drip", TOO_LATE),
    ("a header letter by letter", "http://site.example/slow-header", TOO_LATE),
    # What is no picture, whatever it is called.
    ("a page", "http://site.example/page", A_PAGE),
    ("a page that says it is a picture", "http://site.example/page.jpg", A_PAGE),
    ("a drawing with scripts", "http://site.example/drawing.svg", NO_PICTURE),
    ("keys as JSON", "http://site.example/keys.png", NO_PICTURE),
    ("half a picture", "http://site.example/half.png", "damaged or was cut short"),
    ("nothing", "http://site.example/nothing", "The file is empty"),
    ("another protocol's greeting", "http://site.example/greeting", NO_HTTP),
]  # fmt: skip

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def png(width: int, height: int) -> bytes:
    """Return a PNG that claims to be so large; it ends before its pixels are all there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)


SERVED: dict[str, Answer] = {
    "/itself": to("http://turncoat.example/itself"),
    "/to-loopback": to("http://127.0.0.1/"),
    "/to-https": to("https://127.0.0.1/"),
    "/to-name": to("http://intranet/"),
    "/to-keys": to("http://169.254.169.254/latest/meta-data/", 307),
    "/to-six": to("//[::1]/"),
    "/to-number": to("http://2130706433/"),
    "/to-file": to("file:///etc/passwd"),
    "/to-data": to("data:image/png;base64,AAAA"),
    "/to-gopher": to("gopher://127.0.0.1:6379/_INFO"),
    "/to-user": to("http://user:word@site.example/"),
    "/to-port": to("http://site.example:6379/"),
    "/1": to("/2", 301),
    "/2": to("http://other.example/3", 303),
    "/3": to("http://10.0.0.1/", 308),
    "/circle": to("/circle"),
    "/large": raw(OK + b"Content-Length: 99999999999\r\n\r\n"),
    "/endless": endless(OK + b"\r\n", b"x" * 1_000),
    "/chunks": endless(CHUNKED, b"100\r\n" + b"x" * 256 + b"\r\n"),
    "/packed": answer(body=gzip.compress(bytes(10**6)), headers={"Content-Encoding": "gzip"}),
    "/secretly-packed": answer(body=gzip.compress(bytes(10**6))),
    "/pixels": answer(body=png(60_000, 60_000)),
    "/header": endless(OK + b"X: ", b"x" * 1_000),
    "/silent": endless(b"", b"", 0.02),
    "/drip": endless(OK + b"Content-Length: 1000\r\n\r\n", b"x", 0.02),
    "/slow-header": endless(OK + b"X: ", b"x", 0.02),
    "/page": answer(body=b"<!doctype html><title>Mugs</title><img src=mug.jpg>"),
    "/page.jpg": answer(body=b" <html>", headers={"Content-Type": "image/jpeg"}),
    "/drawing.svg": answer(body=b"<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>"),
    "/keys.png": answer(body=b'{"AccessKeyId": "A"}', headers={"Content-Type": "image/png"}),
    "/half.png": answer(body=png(64, 64)),
    "/nothing": answer(body=b""),
    "/greeting": raw(b"+PONG\r\n-ERR unknown command\r\n\r\n"),
}
PLACES = {
    "localhost": ["127.0.0.1", "::1"],
    "127.0.0.1.names.example": ["127.0.0.1"],
    "intranet": ["10.1.2.3"],
    "both.example": [PUBLIC, "192.168.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "mapped.example": ["::ffff:10.0.0.1"],
    "site.example": [PUBLIC],
    "other.example": [PUBLIC],
}
Read = Callable[[str], object]


class Resolver:
    """Knows the names above, and one that is public when it is asked first and private then."""

    def __init__(self) -> None:
        self._turned = False

    def __call__(self, name: str) -> Sequence[str]:
        """Look a name up."""
        if name == "turncoat.example":
            was, self._turned = self._turned, True
            return ["127.0.0.1"] if was else [PUBLIC]
        if name not in PLACES:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return PLACES[name]


@pytest.fixture
def read(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Read]:
    """Read the picture at an address as a search does, in a world in which nobody waits long."""
    monkeypatch.setattr(going, "SECONDS", 0.3)
    monkeypatch.setattr(names, "REMEMBERED_SECONDS", 0.0)
    site.answers = SERVED
    fetcher = partial(Fetcher, lookup=Resolver(), dial=site.dial, trust=TRUST)
    with closing(Elsewhere(MOST_BYTES, fetcher)) as elsewhere:
        yield lambda address: read_photo(elsewhere.fetch(address), max_bytes=MOST_BYTES)


@pytest.mark.parametrize(
    ("address", "says"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_every_trick_fails_with_a_sentence(site: Site, read: Read, address: str, says: str) -> None:
    """In both languages; and nothing but a public address was ever connected to."""
    with pytest.raises(LikenessError) as caught:
        read(address)
    said = {code: language(code).error(caught.value).sentence for code in ("en", "ru")}
    assert says in said["en"]
    assert said["ru"] != said["en"]
    assert not any(
        sign in sentence for sentence in said.values() for sign in ("…", "@reasons", "{")
    )
    assert "FETCH_PRIVATE" not in said["en"]
    assert {ip for ip, _ in site.roads} <= {PUBLIC}
    assert {port for _, port in site.roads} <= going.PORTS


def test_every_spelling_fails_on_this_way_too(site: Site, read: Read) -> None:
    """Those of the tables beside this one, which the catalogue's own pictures are held to."""
    refused = [line.split()[0] for line in test_addresses.lines(test_addresses.REFUSED)]
    for address in test_addresses.lines(test_addresses.INVALID) + refused:
        with pytest.raises(LikenessError):
            read(address)
    assert site.roads == []


def test_no_setting_opens_private_networks_to_strangers(
    store: Store, settings: Settings, site: Site
) -> None:
    """FETCH_PRIVATE is for the catalogue's own pictures; the sentence does not advise it."""
    opened = settings.model_copy(update={"fetch_private": True})
    with closing(SearchEngine(opened, store)) as engine:
        for address in (site.url, f"http://localhost:{site.port}/", "http://10.0.0.1/"):
            with pytest.raises(AddressOffLimits) as caught:
                engine.reading.read_address(address)
            assert "FETCH_PRIVATE" not in str(caught.value)
    assert site.visits == []


def test_a_picture_in_the_web_is_read(
    site: Site, read: Read, picture: Callable[..., bytes]
) -> None:
    """Without any trick: the rules are not so strict that nothing is left."""
    site.answers = SERVED | {"/a": answer(body=picture(), headers={"Content-Type": "text/html"})}
    photo = read("http://site.example:8080/a")
    assert isinstance(photo, Photo)
    assert photo.image.size == (96, 96)
    assert site.roads == [(PUBLIC, 8080)]
