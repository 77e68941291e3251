"""Bodies as strangers send them: too large, endless, broken, cut off."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from search.api.answering import DRAINED_BYTES
from search.api.routes import SEARCHES_AT_ONCE
from search.api.uploads import FIELD_BYTES, FRAME_BYTES, MOST_FIELDS
from search.engine import SearchEngine
from search.settings import Settings
from tests.embedded_apps import until
from tests.fake_huggingface import FakeHuggingFace
from tests.fake_huggingface.behaviours import hold
from tests.search.api.conftest import Api, is_failure

Paint = Callable[..., bytes]
PATH = "search-by-image"
FORM = {"Content_Type": "multipart/form-data; boundary=frame"}


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    """Return a part of a form."""
    named = f'; filename="{file}"' if file else ""
    head = f'--frame\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = b"--frame--\r\n"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings that allow small photos only."""
    return settings.model_copy(update={"max_upload_mb": 0.2})


def test_a_photo_just_within_the_limit_is_looked_at(api: Api, picture: Paint) -> None:
    """Its frame and its fields are not counted against it; a byte more is too much."""
    content = picture()
    filled = content + b"\0" * (200_000 - len(content))
    assert api.photo(filled).status_code == 200
    assert is_failure(api.photo(filled + b"\0"), 413, "photo_too_large")


def test_too_many_bytes_are_refused_whatever_was_announced(api: Api) -> None:
    """With a length, and in pieces without one."""
    body = part("image", b"x" * 400_000, "a.png") + END
    answer = api.send(PATH, body=body, **FORM)
    assert is_failure(answer, 413, "upload_too_large")
    assert "more than the 0.2 MB" in answer.json()["error"]
    pieces = (body[at : at + 10_000] for at in range(0, len(body), 10_000))
    assert is_failure(api.send(PATH, body=pieces, **FORM), 413, "upload_too_large")


def test_a_body_without_end_is_cut_off(api: Api) -> None:
    """Reading stops: whoever sends for ever gets an answer, and no more than so much is taken."""
    place = urlsplit(api.address)
    piece = b"%x\r\n" % 100_000 + b"x" * 100_000 + b"\r\n"
    most = 2 * DRAINED_BYTES
    head = f"POST /api/{PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    head += "Content-Type: multipart/form-data; boundary=frame\r\n\r\n"
    with socket.create_connection((place.hostname or "", place.port or 0), 20) as connection:
        connection.sendall(head.encode() + b"%x\r\n" % 90 + part("image", b"", "a")[:90] + b"\r\n")
        sent = 0
        try:
            while sent < most:
                connection.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # it hung up, which is the point
    assert sent < most
    assert api.get("threshold").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "image_missing"),
        (END, 400, "image_missing"),
        (part("threshold", b"0.5") + END, 400, "image_missing"),
        (part("image", b"as a text") + END, 400, "image_missing"),
        (part("image", b"", "a.png") + END, 400, "photo_empty"),
        (part("photo", b"x", "a.png") + END, 400, "request_malformed"),
        (part("image", b"x", "a.png") * 2 + END, 400, "request_malformed"),
        (part("image", b"cut off", "a.png"), 400, "request_malformed"),
        (part("colour", b"red") + part("image", b"x", "a.png") + END, 422, "parameter_unknown"),
        (part("limit", b"5") * (MOST_FIELDS + 1) + END, 400, "request_malformed"),
        (part("project", b"x" * (FIELD_BYTES + 1)) + END, 400, "request_malformed"),
        (b"no form at all", 400, "request_malformed"),
        (b"--frame\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END, 400, "request_malformed"),
        (b"--frame\r\n" + b"A" * 50_000 + b": b\r\n\r\nx\r\n" + END, 400, "request_malformed"),
        (b"--frame\r\n" + b"A: b\r\n" * 5_000 + b"\r\nx\r\n" + END, 400, "request_malformed"),
        (part("фото", b"x") + END, 400, "image_missing"),
    ],
)
def test_a_broken_form_is_said(api: Api, body: bytes, status: int, code: str) -> None:
    """A sentence, and never an exception."""
    answer = api.send(PATH, body=body, **FORM)
    assert is_failure(answer, status, code)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("", 415, "request_not_multipart"),
        ("image/png", 415, "request_not_multipart"),
        ("application/json", 415, "request_not_multipart"),
        ("application/x-www-form-urlencoded", 415, "request_not_multipart"),
        ("multipart/form-data", 400, "request_malformed"),
        ("multipart/form-data; boundary=", 400, "request_malformed"),
        ("multipart/form-data; boundary=" + "x" * 5_000, 400, "request_malformed"),
        ("multipart/form-data; boundary=other; charset=nonsense", 400, "request_malformed"),
    ],
)
def test_what_is_no_form_is_said(api: Api, kind: str, status: int, code: str) -> None:
    """By its own account, or because nobody can tell where its parts end."""
    body = part("image", b"x", "a.png") + END
    assert is_failure(api.send(PATH, body=body, Content_Type=kind), status, code)


def test_a_form_without_a_photo_is_small(api: Api) -> None:
    """Searching by a product takes parameters, and neither files nor a megabyte of them."""
    path = "search?product=1"
    large = part("project", b"x" * 100) * 1_000 + END
    assert len(large) > FRAME_BYTES
    assert is_failure(api.send(path, body=large, **FORM), 413, "upload_too_large")
    file = part("image", b"x", "a.png") + END
    assert is_failure(api.send(path, body=file, **FORM), 400, "request_malformed")


def test_whoever_hangs_up_is_no_error_in_the_log(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """Half a photo, and then nothing."""
    place = urlsplit(api.address)
    head = f"POST /api/{PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n"
    head += "Content-Type: multipart/form-data; boundary=frame\r\n\r\n"
    with caplog.at_level(logging.INFO):
        with socket.create_connection((place.hostname or "", place.port or 0), 20) as connection:
            connection.sendall(head.encode() + part("image", b"half", "a.png"))
        assert api.get("threshold").status_code == 200
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_pages_are_served_while_searches_wait(
    remote: Api, http_engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """However many wait for a model: so many at once ask for it, and other routes answer."""
    fake.otherwise(hold())
    colours = [(10 * number, 0, 0) for number in range(SEARCHES_AT_ONCE + 4)]
    photos = [picture(colour) for colour in colours]
    codes = list[int]()
    senders = [
        threading.Thread(target=lambda photo=photo: codes.append(remote.photo(photo).status_code))
        for photo in photos
    ]
    for sender in senders:
        sender.start()
    until(lambda: fake.count >= SEARCHES_AT_ONCE)
    assert remote.get("threshold").status_code == 200
    assert fake.count == SEARCHES_AT_ONCE
    fake.release()
    for sender in senders:
        sender.join(20)
    assert codes == [200] * len(photos)
    assert http_engine.journal.flush(10)
