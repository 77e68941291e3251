"""Requests as strangers send them: a good form around any file, and forms broken in many ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.hostile.pictures import pictures

BOUNDARY: Final = "frame"
_END: Final = b"--frame--\r\n"
_MULTIPART: Final = "multipart/form-data; boundary=frame"


@dataclass(frozen=True, slots=True)
class Form:
    """A request's body with its headers. One that `hangs_up` sends less than it announced.

    Whoever hangs up need not be answered; everybody else is.
    """

    body: bytes
    kind: str | None = _MULTIPART
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    hangs_up: bool = False

    def head(self, place: str) -> bytes:
        """Return the request's first lines."""
        lines = {"Host": place, "Connection": "close", "Accept": "application/json"}
        if self.kind is not None:
            lines["Content-Type"] = self.kind
        if "Transfer-Encoding" not in self.headers:
            lines["Content-Length"] = str(len(self.body) if self.length is None else self.length)
        said = "".join(f"{name}: {value}\r\n" for name, value in (lines | self.headers).items())
        return f"POST /api/search-by-image HTTP/1.1\r\n{said}\r\n".encode("latin-1")


def part(
    name: str, content: bytes, file: str | None = None, more: bytes = b"", frame: str = BOUNDARY
) -> bytes:
    """Return a part of a form."""
    named = f'; filename="{file}"' if file is not None else ""
    head = f'--{frame}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'
    return head.encode() + more + b"\r\n" + content + b"\r\n"


def with_file(content: bytes) -> Form:
    """Return a good form around any file."""
    return Form(part("image", content, "photo.jpg") + _END)


def chunked(body: bytes, size: int) -> Form:
    """Return a form that is sent in pieces without a length."""
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return Form(sent + b"0\r\n\r\n", headers={"Transfer-Encoding": "chunked"})


def _good() -> bytes:
    return part("image", pictures()["JPEG"], "photo.jpg") + _END


def _nested() -> Form:
    inner = part("image", pictures()["JPEG"], "photo.jpg", frame="inner") + b"--inner--\r\n"
    more = b"Content-Type: multipart/mixed; boundary=inner\r\n"
    return Form(part("image", inner, more=more) + _END)


def _headers(count: int, length: int) -> Form:
    more = b"".join(b"X-%d: %s\r\n" % (number, b"x" * length) for number in range(count))
    return Form(part("image", b"x", "photo.jpg", more) + _END)


BROKEN: Final[dict[str, Callable[[], Form]]] = {
    "no boundary": lambda: Form(_good(), "multipart/form-data"),
    "an empty boundary": lambda: Form(_good(), "multipart/form-data; boundary="),
    "another boundary": lambda: Form(_good(), "multipart/form-data; boundary=other"),
    "an endless boundary": lambda: Form(_good(), "multipart/form-data; boundary=" + "x" * 9_000),
    "a boundary of signs": lambda: Form(_good(), 'multipart/form-data; boundary="\xff\\"; a="'),
    "two boundaries": lambda: Form(_good(), f"{_MULTIPART}; boundary=other"),
    "another charset": lambda: Form(_good(), f"{_MULTIPART}; charset=utf-7"),
    "no kind": lambda: Form(_good(), None),
    "another kind": lambda: Form(_good(), "application/json"),
    "an address's form": lambda: Form(
        b"image=" + b"x" * 9_000, "application/x-www-form-urlencoded"
    ),
    "nested": _nested,
    "a thousand fields": lambda: Form(part("limit", b"5") * 1_000 + _good()),
    "a thousand files": lambda: Form(part("image", b"x", "a.png") * 1_000 + _good()),
    "a giant field": lambda: Form(part("project", b"x" * 5_000_000) + _good()),
    "a giant name": lambda: Form(part("x" * 100_000, b"5") + _good()),
    "a giant file name": lambda: Form(part("image", b"x", "a" * 100_000) + _END),
    "a path for a file name": lambda: Form(
        part("image", pictures()["PNG"], "../../etc/passwd\0.png") + _END
    ),
    "a thousand headers": lambda: _headers(1_000, 1),
    "a giant header": lambda: _headers(1, 100_000),
    "no name": lambda: Form(_good().replace(b'; name="image"', b"")),
    "signs in a name": lambda: Form(_good().replace(b'name="image"', b'name="\xff\xfe\0"')),
    "no disposition": lambda: Form(_good().replace(b"Content-Disposition", b"Content-Nothing")),
    "no end": lambda: Form(_good()[: -len(_END)]),
    "lines without returns": lambda: Form(_good().replace(b"\r\n", b"\n")),
    "a text for the file": lambda: Form(part("image", b"no file") + _END),
    "packed": lambda: Form(
        _good().replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1)
    ),
    "called packed": lambda: Form(_good(), headers={"Content-Encoding": "gzip"}),
    "something behind the end": lambda: Form(_good() + b"x" * 10_000),
    "something before the beginning": lambda: Form(b"x" * 10_000 + b"\r\n" + _good()),
    "only an end": lambda: Form(_END),
    "nothing": lambda: Form(b""),
    "a shorter length": lambda: Form(_good(), length=500),
    "a length of nothing": lambda: Form(_good(), length=0),
    "a longer length": lambda: Form(_good(), length=len(_good()) + 900, hangs_up=True),
    "a length of 2^62": lambda: Form(_good(), length=2**62, hangs_up=True),
    "in one chunk": lambda: chunked(_good(), 1 << 20),
    "byte by byte": lambda: chunked(_good(), 1),
    "12 MB in chunks": lambda: chunked(
        part("image", bytes(12_000_000), "photo.jpg") + _END, 100_000
    ),
    "numbers that are none": lambda: Form(
        part("limit", b"NaN") + part("threshold", b"1e999") + part("crop", b"0,0,inf,1") + _good()
    ),
    "signs in a field": lambda: Form(part("category", b"\xff\0'; DROP TABLE x --") + _good()),
}


def broken_anywhere(chance: Random) -> Form:
    """Return a good form with a few of its bytes changed outside the file."""
    file = pictures()["GIF"]
    body = bytearray(part("limit", b"5") + part("image", file, "photo.gif") + _END)
    start = body.find(file)
    for _ in range(chance.choice((1, 2, 5))):
        place = chance.randrange(len(body) - len(file))
        body[place if place < start else place + len(file)] = chance.randrange(256)
    return Form(bytes(body))
