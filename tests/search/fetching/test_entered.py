"""What people enter in the field for texts and addresses, told apart."""

from __future__ import annotations

import pytest

from search.elsewhere import address_in


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://shop.example/mug.jpg", "https://shop.example/mug.jpg"),
        ("  HTTP://shop.example/a ", "HTTP://shop.example/a"),
        ("www.shop.example/mug.jpg", "https://www.shop.example/mug.jpg"),
        ("shop.example/mug.jpg", "https://shop.example/mug.jpg"),
        ("cdn.shop.example:8443/a/b.png?x=1", "https://cdn.shop.example:8443/a/b.png?x=1"),
        ("ftp://shop.example/mug.jpg", "ftp://shop.example/mug.jpg"),
        ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ],
)
def test_an_address_is_fetched(text: str, address: str) -> None:
    """With or without its scheme; what cannot be fetched is refused, and not looked up."""
    assert address_in(text) == address


@pytest.mark.parametrize(
    "text", ["blue mug", "MUG-1018", "A.12/34", "12.5/7.5", "кружка", "1/2", "pen.blue", "", "a/b"]
)
def test_words_and_articles_are_looked_up(text: str) -> None:
    """A stroke or a full stop in an article makes no address of it."""
    assert address_in(text) is None
