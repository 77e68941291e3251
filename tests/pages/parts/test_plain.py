"""What people typed is shown as they typed it."""

from __future__ import annotations

import pytest

from pages.parts.plain import plain


@pytest.mark.parametrize(
    "typed",
    [
        "https://shop.example/evil",
        "www.evil.example",
        "mail a@b.co",
        ":material/home: :red[x] :smile:",
        "![x](http://127.0.0.1/x.png) [click](http://127.0.0.1/)",
        "<b>bold</b> &lt;b&gt; $x^2$ **b** `c`",
    ],
)
def test_nothing_typed_becomes_markup(typed: str) -> None:
    """No sign of Markdown stands unescaped, and no address, mail address or directive is whole."""
    shown = plain(typed)
    for sign in ("://", "www.", "a@b", ":material", "[x]", "](", "<b>", "&lt;"):
        assert sign not in shown
    seen = shown.replace("\N{WORD JOINER}", "").replace("&amp;", "&").replace("\\", "")
    assert seen == typed
