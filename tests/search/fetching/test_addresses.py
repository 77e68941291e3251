"""What is not gone to: no address, private networks in every spelling, names that lead there."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from socket import socket

import pytest

from search.errors import AddressInvalid, AddressRefused, AddressUnfetchable, FetchError
from search.fetching import Fetcher
from search.fetching.address import read_address
from search.language import language

INVALID = """
    file:///etc/passwd
    ftp://pictures.example/a.jpg
    gopher://127.0.0.1:6379/_INFO
    data:image/png;base64,iVBORw0KGgo=
    javascript:alert(1)
    jar:http://127.0.0.1!/a.jpg
    //127.0.0.1/a.jpg
    pictures.example/a.jpg
    http://
    http:///127.0.0.1/a.jpg
    http:127.0.0.1/a.jpg
    http://user:word@pictures.example/a.jpg
    http://user@pictures.example/a.jpg
    http://pictures.example@127.0.0.1/a.jpg
    http://pictures.example\\@127.0.0.1/a.jpg
    http:\\\\127.0.0.1/a.jpg
    http://pictures.example:0/a.jpg
    http://pictures.example:99999/a.jpg
    http://pictures.example:80:80/a.jpg
    http://pictures.example:٨٠/a.jpg
    http://pictures..example/a.jpg
    http://pictures.example../a.jpg
    http://./a.jpg
    http://pictures example/a.jpg
    http://pictures.example\t@127.0.0.1/
    http://2130706433/
    http://0x7f000001/
    http://0x7f.0.0.1/
    http://0177.0.0.1/
    http://017700000001/
    http://127.1/
    http://127.0.1/
    http://127.0.0.0x1/
    http://127.0.0.256/
    http://0/
    http://0x/
    http://127.0.0.1%00.pictures.example/
    http://１２７.0.0.1/
    http://127。0。0。1/
    http://①②⑦.⓪.⓪.①/
    http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/
    http://[::1/
    http://[::1%25lo]/
    http://[fe80::1%25eth0]/
    http://[fe80::1%eth0]/
    http://[::ffff:127.1]/
    http://[v1.fe]/
"""
REFUSED = """
    http://127.0.0.1/ private
    http://127.0.0.1:22/ private
    http://127.0.0.1./ private
    http://127.0.0.%31/ private
    http://127.255.255.254/ private
    HTTP://127.0.0.1/ private
    http://10.0.0.1/ private
    http://172.16.0.1/ private
    http://172.31.255.255/ private
    http://192.168.1.1/ private
    http://100.64.0.1/ private
    http://[::1]/ private
    http://[0:0:0:0:0:0:0:1]/ private
    http://[fd12:3456::1]/ private
    http://[::ffff:127.0.0.1]/ private
    http://[::ffff:7f00:1]/ private
    http://[::ffff:10.0.0.1]/ private
    http://[64:ff9b::127.0.0.1]/ private
    http://[64:ff9b::a00:1]/ private
    http://169.254.169.254/latest/meta-data/ metadata
    http://169.254.170.2/v2/credentials metadata
    http://[::ffff:169.254.169.254]/ metadata
    http://[64:ff9b::a9fe:a9fe]/ metadata
    http://[fd00:ec2::254]/ metadata
    http://[fd20:ce::254]/ metadata
    http://100.100.100.200/ metadata
    http://168.63.129.16/ metadata
    http://192.0.0.192/ metadata
    http://[fe80::1]/ metadata
    http://0.0.0.0/ special
    http://0.1.2.3/ special
    http://255.255.255.255/ special
    http://224.0.0.1/ special
    http://239.255.255.250/ special
    http://240.0.0.1/ special
    http://192.0.2.1/ special
    http://198.18.0.1/ special
    http://192.88.99.1/ special
    http://[::]/ special
    http://[::127.0.0.1]/ special
    http://[::7f00:1]/ special
    http://[ff02::1]/ special
    http://[fec0::1]/ special
    http://[100::1]/ special
    http://[4000::1]/ special
    http://[2001:db8::1]/ special
    http://[2001:0:7f00:1::]/ special
    http://[2001:20::1]/ special
    http://[2002:7f00:1::]/ special
    http://[2002:a9fe:a9fe::]/ special
    http://[64:ff9b:1::a00:1]/ special
    http://[3fff::1]/ special
"""
PUBLIC = """
    8.8.8.8 93.184.216.34 100.63.0.1 100.128.0.1 172.32.0.1 11.0.0.1 2606:4700::1111
    ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2a00:1450:4001::2
"""


# Made once: reading all of the authorities takes a while.
TRUST = ssl.create_default_context()


def lines(table: str) -> list[str]:
    """Split a table into its lines."""
    return [line[4:] for line in table.splitlines() if line.strip()]


def nobody(place: tuple[str, int], timeout: float) -> socket:
    """Refuse to be connected to: no test of this file may come so far."""
    raise AssertionError(place, timeout)


def fetcher_for(*ips: str, private: bool = False) -> Fetcher:
    """Return a fetcher to which every name has these addresses."""
    return Fetcher(lookup=lambda _: ips, dial=nobody, private=private, trust=TRUST)


def say(error: FetchError) -> Iterator[str]:
    """Say an error in each language, and see that its sentence is whole."""
    for code in ("en", "ru"):
        spoken = language(code).error(error)
        assert "…" not in spoken.sentence
        assert "@reasons" not in spoken.sentence
        yield spoken.sentence


@pytest.mark.parametrize("address", lines(INVALID))
def test_what_is_no_address_is_refused(address: str) -> None:
    """Other schemes, secrets, and whatever two programs might read in two ways."""
    with pytest.raises(AddressInvalid) as caught:
        fetcher_for("8.8.8.8").fetch(address)
    assert len(set(say(caught.value))) == 2
    assert caught.value.facts.keys() == {"reason"}


@pytest.mark.parametrize("line", lines(REFUSED))
def test_what_is_not_public_is_refused(line: str) -> None:
    """Each network and each way of writing it, said with its reason."""
    address, reason = line.split()
    with pytest.raises(AddressRefused) as caught:
        fetcher_for("8.8.8.8").fetch(address)
    assert caught.value.facts["reason"] == f"@reasons.address_{reason}"
    assert len(set(say(caught.value))) == 2


@pytest.mark.parametrize("line", lines(REFUSED))
def test_names_lead_nowhere_that_their_addresses_do_not(line: str) -> None:
    """A name of one public address and one that is refused is refused, in any order."""
    ip = str(read_address(line.split(maxsplit=1)[0]).ip)
    for ips in (["8.8.8.8", ip], [ip, "8.8.8.8"], [ip]):
        with pytest.raises(AddressRefused):
            fetcher_for(*ips).fetch("https://pictures.example/a.jpg")


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST.", "localhost."])
def test_the_name_of_this_machine_is_refused(name: str) -> None:
    """By the system's own resolver."""
    with pytest.raises(AddressRefused):
        Fetcher(dial=nobody).fetch(f"http://{name}/a.jpg")


@pytest.mark.parametrize("line", lines(REFUSED))
def test_the_setting_opens_private_networks_and_nothing_else(line: str) -> None:
    """FETCH_PRIVATE: metadata and what is no server stay out of reach."""
    address, reason = line.split()
    expected = AssertionError if reason == "private" else AddressRefused
    with pytest.raises(expected):
        fetcher_for(private=True).fetch(address)


@pytest.mark.parametrize("ip", PUBLIC.split())
def test_public_addresses_are_gone_to(ip: str) -> None:
    """The rules are not so strict that nothing is left."""
    host = f"[{ip}]" if ":" in ip else ip
    for address in (f"http://{host}/a.jpg", "https://pictures.example/a.jpg"):
        with pytest.raises(AssertionError):
            fetcher_for(ip).fetch(address)


def test_an_address_is_read_as_a_browser_reads_it() -> None:
    """Letters of any script in name, path and query, spaces in the path, no fragment."""
    address = read_address(" HTTPS://Магазин.РФ:8443/фото 1.jpg?цвет=red#top ")
    assert address.host == "xn--80aairftm.xn--p1ai:8443"
    assert address.target == "/%D1%84%D0%BE%D1%82%D0%BE%201.jpg?%D1%86%D0%B2%D0%B5%D1%82=red"
    assert read_address("http://[2606:4700::1111]:80/").host == "[2606:4700::1111]"


def test_an_address_has_an_end() -> None:
    """A megabyte of address is none."""
    with pytest.raises(AddressInvalid) as caught:
        fetcher_for("8.8.8.8").fetch("https://pictures.example/" + "a" * 1_000_000)
    assert "8,000" in next(say(caught.value))


@pytest.mark.parametrize("found", [[], ()])
def test_a_name_that_stands_for_nothing(found: Sequence[str]) -> None:
    """There is no server of this name."""
    with pytest.raises(AddressUnfetchable) as caught:
        fetcher_for(*found).fetch("https://pictures.example/a.jpg")
    assert "no server of this name" in next(say(caught.value))
