"""A secret in what somebody else wrote: spelt in another way, broken by something, or cut short.

A server may repeat the token as it stood in its own JSON, HTML or address, with a line break or a
tag in the middle, or only its beginning. So a text is read as a person would who wants the token:
every way of writing a character is that character, and what breaks a word is left out. Each
character remembers where it stood, which tells what is to be cut out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final
from urllib.parse import unquote

# So much of a secret's beginning is worth hiding: fewer characters are a word like any other.
PART: Final = 8
_CHARACTER: Final = re.compile(
    r"%[0-9a-f]{2}"  # in an address
    r"|\\+(?:u[0-9a-f]{4}|x[0-9a-f]{2}|.)"  # in JSON, in JSON within JSON, in what Python prints
    r"|&(?:\#\w{1,8}|[a-z]{1,8});"  # in HTML
    r"|<[^<>]{0,200}>"  # a tag, which is no character at all
    r"|.",
    re.IGNORECASE | re.DOTALL,
)
_BLANKS: Final = {"n": " ", "r": " ", "t": " "}

Span = tuple[int, int]
"""Where something begins in a text, and where it has ended."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is meant: `letters[n]` is one character that stood at `spans[n]`."""

    letters: str
    spans: Sequence[Span]

    @classmethod
    def of(cls, text: str, *, blanks: bool = True) -> Reading:
        """Read a text, with its blanks or as if there were none; controls count for nothing."""
        kept = [
            (letter, found.span())
            for found in _CHARACTER.finditer(text)
            if (letter := _meant(found[0])) and (blanks or letter != " ")
        ]
        return cls("".join(letter for letter, _ in kept), [span for _, span in kept])

    def matches(self, pattern: re.Pattern[str]) -> Iterator[Span]:
        """Yield where in the text a pattern is found."""
        for found in pattern.finditer(self.letters):
            yield self._span(*found.span())

    def beginnings(self, word: str) -> Iterator[Span]:
        """Yield where in the text a word stands, or its beginning of PART letters or more."""
        letters, word = _small(self.letters), _small(word)
        at = 0
        while word and (begin := letters.find(word[:PART], at)) >= 0:
            found = letters[begin : begin + len(word)]
            common = takewhile(lambda pair: pair[0] == pair[1], zip(found, word, strict=False))
            at = begin + sum(1 for _ in common)
            yield self._span(begin, at)

    def _span(self, begin: int, end: int) -> Span:
        return self.spans[begin][0], self.spans[end - 1][1]


def _meant(written: str) -> str:
    """Return the one character that is meant, " " for any blank, "" for what cannot be seen."""
    letter = _decoded(written)
    if len(letter) != 1 or letter.isspace():
        return " " if letter.isspace() else ""
    return "" if unicodedata.category(letter)[0] == "C" else letter


def _decoded(written: str) -> str:
    if len(written) == 1:
        return written
    match written[0]:
        case "%":
            return unquote(written, "latin-1")
        case "&":
            return html.unescape(written)
        case "\\":
            escaped = written.lstrip("\\")
            digits = escaped[1:]
            return chr(int(digits, base=16)) if digits else _BLANKS.get(escaped, escaped)
    return ""


def _small(text: str) -> str:
    """Write ASCII small, since hosts come back so; each letter stays one letter."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
