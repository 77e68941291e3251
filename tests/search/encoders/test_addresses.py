"""A server has one name, by which its calls are counted, however its address is written."""

from __future__ import annotations

import pytest

from search.encoders.addresses import host_of, split
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.errors import SettingError


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.example/x", "api.example"),
        ("HTTPS://API.Example/x", "api.example"),
        ("https://api.example:443/x", "api.example"),
        ("https://api.example./x", "api.example"),
        ("https://API.example.:443", "api.example"),
        ("http://api.example:80/x", "api.example"),
        ("http://api.example:443/x", "api.example:443"),
        ("https://api.example:8443/x", "api.example:8443"),
        ("http://[::1]:80/x", "[::1]"),
        ("http://[::1]:8000/x", "[::1]:8000"),
    ],
)
def test_another_spelling_is_no_other_server(url: str, host: str) -> None:
    """Nobody gets a new month by writing the port."""
    assert HttpEncoder(url).host == host
    address = split(url)
    assert address is not None
    assert host_of(address) == host


@pytest.mark.parametrize("url", ["http://huggingface.co./m", "http://Router.HuggingFace.co/m"])
def test_another_spelling_does_not_send_a_token_unencrypted(url: str) -> None:
    """The dot that ends a name, and large letters, are no way around it."""
    with pytest.raises(SettingError) as caught:
        HttpEncoder(url)
    assert caught.value.facts["expected"] == "@reasons.address_encrypted"


@pytest.mark.parametrize("url", ["https://.", "https:///x", "https://:443/x", "https://[::1/x"])
def test_no_name_is_no_address(url: str) -> None:
    """What has no server in it is refused."""
    with pytest.raises(SettingError):
        HttpEncoder(url, HUGGINGFACE)
