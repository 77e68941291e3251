"""A secret is found in every spelling, in pieces, and cut short; and no server speaks for us."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from search.encoders.details import clean, detail_in
from search.encoders.spellings import Reading
from search.encoders.tokens import LOOKED_AT, scrub

SECRET = "Zm9v/YmFy+cXV4==Ab&cd"
TOKEN = SecretStr(SECRET)
SPELT = {
    "as it is": SECRET,
    "in small letters": SECRET.lower(),
    "PHP's JSON": json.dumps({"x": SECRET}).replace("/", "\\/"),
    "JSON in JSON": json.dumps({"x": json.dumps(SECRET).replace("/", "\\/")}),
    "JSON escapes": "".join(f"\\u{ord(letter):04X}" for letter in SECRET),
    "an address": quote(SECRET),
    "a query": quote(SECRET, safe=""),
    "HTML": html.escape(SECRET),
    "HTML's numbers": "".join(f"&#{ord(letter)};" for letter in SECRET),
    "HTML's hexadecimals": SECRET.replace("/", "&#x2F;"),
    "a zero-width space": f"{SECRET[:9]}\u200b{SECRET[9:]}",
    "a soft hyphen": f"{SECRET[:3]}\u00ad{SECRET[3:]}",
    "NUL": f"{SECRET[:9]}\x00{SECRET[9:]}",
    "a line break": f"{SECRET[:9]}\r\n  {SECRET[9:]}",
    "a line break in JSON": f"{SECRET[:9]}\\n{SECRET[9:]}",
    "a tag": f"<p>{SECRET[:10]}<b class='x'>{SECRET[10:]}</b></p>",
    "a tag in a text": f"see {SECRET[:10]}<wbr>{SECRET[10:]}",
    "its beginning": f"token {SECRET[:12]}... is wrong",
    "the least beginning": SECRET[:8],
}


@pytest.mark.parametrize("spelling", SPELT)
def test_the_token_is_hidden_however_it_is_spelt(spelling: str) -> None:
    """What is shown, read by somebody who wants the token, does not begin to tell it."""
    told = detail_in(SPELT[spelling].encode(), TOKEN)
    assert "[hidden]" in told
    read = Reading.of(told, blanks=False).letters.lower()
    assert SECRET[:4].lower() not in read
    assert SECRET[-5:].lower() not in read


def test_a_token_that_looks_escaped_is_hidden_too() -> None:
    """It is found as it is written, and as it would be read."""
    token = SecretStr("ab%2Fcd%2Fef%2Fgh")
    for told in ("ab%2Fcd%2Fef%2Fgh", "ab/cd/ef/gh", "AB%2FCD%2F\nEF%2FGH"):
        assert clean(f"no {told} here", token) == "no [hidden] here"


@pytest.mark.parametrize(
    "told",
    [
        "hf_some\u200bBodyElses",
        "hf&#95;someBodyElses",
        "hf%5FsomeBodyElses",
        "hf\\u005fsomeBodyElses",
        "Bearer\nsomeBodyElses",
        "http://:someBodyElses@host/",
        "http://user:some@BodyElses@host/",
    ],
)
def test_what_looks_like_a_secret_is_hidden_in_other_spellings(told: str) -> None:
    """Secrets that are not ours, which nobody can look up."""
    assert "Else" not in clean(f"a {told} b")
    assert clean(f"a {told} b").endswith(" b") or "host" in told


@pytest.mark.parametrize("form", ["as it is", "an address", "a query", "HTML"])
def test_libraries_may_spell_it_too(form: str) -> None:
    """Exceptions and log lines hold addresses, and what was read from them."""
    assert scrub(f"x {SPELT[form]} y", TOKEN) == "x [hidden] y"


def test_what_is_cut_leaves_no_half_of_a_token() -> None:
    """Wherever in the token the cut is, though blanks bring it to the line's beginning."""
    for written in (SECRET, SPELT["HTML's numbers"]):
        for before in range(len(written) + 1):
            told = clean(" " * (LOOKED_AT - before) + written + " " * 100, TOKEN)
            assert told in ("", "[hidden]", "[hidden"), before


@pytest.mark.parametrize("said", ["@reasons.quota_month", " @@ @reasons.x", "\u200b@reasons.x"])
def test_a_server_cannot_name_a_text_of_ours(said: str) -> None:
    """Whatever begins with "@" is the key of a text, so nothing that a server says does."""
    assert detail_in(json.dumps({"error": said}).encode())[:7] == "reasons"
    assert clean(f"{SECRET[:8]}@x", TOKEN) == "[hidden]@x"


def test_what_is_no_secret_is_left_alone() -> None:
    """Words, addresses and percentages stay as they are written."""
    said = r"100%ab of C:\new &amp; <b>Zm9v</b> at https://host:80/x&y; Zm9v/Ym"
    assert clean(said, TOKEN) == said
