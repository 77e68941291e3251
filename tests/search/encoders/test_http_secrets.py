"""The token is in the environment and on the wire, and nowhere else."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.calls import Call
from search.encoders.details import LONGEST, clean, detail_in
from search.encoders.dialects import DIALECTS, HUGGINGFACE, ROBOFLOW, Dialect, Question
from search.encoders.http import HttpEncoder
from search.encoders.recording import Hooks
from search.encoders.tokens import as_secret, mistake_in, scrub
from search.errors import EncoderError, EncoderUnreachable, TokenMalformed, TokenMissing
from search.photo import Photo
from tests.fake_huggingface import (
    FAULTS,
    LEAKS,
    TOKEN,
    FakeHuggingFace,
    pixels_vector,
)

MakeEncoder = Callable[..., HttpEncoder]


def everything_about(error: BaseException) -> Iterator[str]:
    """Say an error in all the ways in which it could be printed, its causes included."""
    # The first frame is the test's own.
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    report = traceback.TracebackException(type(error), error, frames, capture_locals=True)
    yield from report.format()
    seen: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        member = todo.pop()
        if member is None or member in seen:
            continue
        seen.append(member)
        yield f"{member!r} {member} {member.args} {vars(member)}"
        todo += [member.__cause__, member.__context__]


@pytest.mark.parametrize("dialect", [HUGGINGFACE, ROBOFLOW], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("leak", LEAKS)
def test_no_fault_prints_the_token(
    leak: str,
    dialect: Dialect,
    *,
    server: FakeHuggingFace,
    make_encoder: MakeEncoder,
    photo: Photo,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Even with all logging on, and a server that repeats the request, the token is not shown."""
    caplog.set_level(logging.DEBUG)
    server.otherwise(LEAKS[leak])
    calls: list[Call] = []
    encoder = make_encoder(
        server.url,
        dialect=dialect,
        deadline=0.3 if leak == "trickle" else 30,
        hooks=Hooks(on_call=calls.append),
    )
    with pytest.raises(EncoderError) as caught:
        encoder.encode(photo)
    printed = "\n".join([*everything_about(caught.value), caplog.text, repr(encoder), repr(calls)])
    assert server.host in printed
    assert calls
    assert TOKEN not in printed


def test_an_unreachable_server_does_not_print_the_token(
    make_encoder: MakeEncoder, photo: Photo, caplog: pytest.LogCaptureFixture
) -> None:
    """The errors of the HTTP library carry the request; none of them is passed on."""
    caplog.set_level(logging.DEBUG)
    with FakeHuggingFace() as gone:
        url = gone.url
    with pytest.raises(EncoderUnreachable) as caught:
        make_encoder(url).encode(photo)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert TOKEN not in "\n".join([*everything_about(caught.value), caplog.text])


def test_a_proxys_password_is_not_printed(
    make_encoder: MakeEncoder,
    photo: Photo,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy from the environment is used, and its password stays there."""
    caplog.set_level(logging.DEBUG)
    with FakeHuggingFace() as gone:
        proxy = gone.host
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://user:pass-WORD@{proxy}")
    with pytest.raises(EncoderUnreachable) as caught:
        make_encoder("http://clip.invalid/").encode(photo)
    assert caught.value.facts["reason"] == "@reasons.network_proxy"
    assert "pass-WORD" not in "\n".join([*everything_about(caught.value), caplog.text])


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_no_object_shows_the_token(dialect: Dialect) -> None:
    """What a debugger prints of an encoder, a question or a message holds no secret."""
    question = Question(b"jpeg", "model", as_secret(TOKEN))
    encoder = HttpEncoder("https://clip.example.com", dialect, token=TOKEN)
    printed = f"{question!r} {dialect.ask(question)!r} {encoder!r} {vars(encoder)}"
    assert TOKEN not in printed


def test_each_attempt_is_one_line_in_the_log(
    server: FakeHuggingFace,
    make_encoder: MakeEncoder,
    photo: Photo,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With LOG_LEVEL=DEBUG one can see host, attempt, status and the request's id."""
    caplog.set_level(logging.DEBUG, logger="search")
    server.script(FAULTS["internal"])
    make_encoder().encode(photo)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert lines[0].startswith(f"{server.host}, attempt 1, ")
    assert lines[0].endswith("500, request Root=1-fake-0001")
    assert lines[1].endswith("200, request Root=1-fake-0002")


def test_netrc_does_not_replace_the_token(
    server: FakeHuggingFace,
    make_encoder: MakeEncoder,
    photo: Photo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A ~/.netrc for the same host changes nothing."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    make_encoder().encode(photo)
    assert server.received[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_netrc_does_not_add_a_password(
    make_encoder: MakeEncoder, photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token, nothing from ~/.netrc is sent in its place."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with FakeHuggingFace(embed=pixels_vector) as server:
        make_encoder(server.url, token=None).encode(photo)
        assert "Authorization" not in server.received[0].headers


@pytest.mark.parametrize("token", [None, "", "  \n"])
@pytest.mark.parametrize(
    ("dialect", "url"),
    [
        (HUGGINGFACE, "https://router.huggingface.co/hf-inference/models/m"),
        (HUGGINGFACE, "https://api-inference.huggingface.co/models/m"),
        (ROBOFLOW, "https://serverless.roboflow.com"),
    ],
)
def test_a_missing_token_is_told_before_anything_is_sent(
    token: str | None, dialect: Dialect, url: str, photo: Photo
) -> None:
    """Hosts that answer nobody without a token are not asked without one."""
    encoder = HttpEncoder(url, dialect, token=token)
    with pytest.raises(TokenMissing) as caught:
        encoder.encode(photo)
    assert caught.value.facts["host"] == encoder.host


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("Bearer hf_abcdefgh", "bearer"),
        ("bearer: hf_abcdefgh", "bearer"),
        ("HUGGINGFACE_API_TOKEN=hf_abcdefgh", "assignment"),
        ('"hf_abcdefgh"', "quotes"),
        ("'hf_abcdefgh'", "quotes"),
        ("\u201chf_abcdefgh\u201d", "quotes"),
        ("hf_abcd efgh", "spaces"),
        ("hf_abcd\r\nX-Injected: 1", "spaces"),
        ("hf_abcd\u00a0efgh", "spaces"),
        ("hf_абвгдежз", "characters"),
        ("hf_abcd\x00efgh", "characters"),
        ("hf_abcd\u200befgh", "characters"),
        ("hf_xxxxxxxxxxxx", "placeholder"),
        ("hf_XXXX", "placeholder"),
        ("hf_...", "placeholder"),
        ("<your-token>", "placeholder"),
        ("your_token_here", "placeholder"),
        ("hf_your_token", "placeholder"),
        ("${HF_TOKEN}", "placeholder"),
        ("changeme", "placeholder"),
    ],
)
def test_what_cannot_be_a_token_is_refused_unsent(
    token: str, reason: str, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """A slip while pasting the token is named before a request is spent on it."""
    with pytest.raises(TokenMalformed) as caught:
        make_encoder(token=token).encode(photo)
    assert caught.value.facts["reason"] == f"@reasons.token_{reason}"
    assert server.count == 0
    assert token not in "".join(everything_about(caught.value))


@pytest.mark.parametrize(
    "token", [TOKEN, f" {TOKEN}\n", "sk-abc123", "EMPTY", "a.b-c_d~e+f/g==", "token-abc123"]
)
def test_a_token_that_may_be_one_is_sent(token: str) -> None:
    """Keys of other servers have other forms; blanks around a token are a matter of files."""
    secret = as_secret(token)
    assert secret is not None
    assert mistake_in(secret) is None


@pytest.mark.parametrize(
    "told",
    [
        "token hf_someBodyElsesToken123 is wrong",
        "Authorization: Bearer abc.def-ghi",
        "GET /clip?api_key=s3cr3tkey&x=1",
        "postgresql://user:passw0rd@host/db",
    ],
)
def test_whatever_looks_like_a_secret_is_hidden(told: str) -> None:
    """Secrets that are not ours are not shown either."""
    for secret in ("hf_someBodyElsesToken123", "abc.def-ghi", "s3cr3tkey", "passw0rd"):
        assert secret not in scrub(told)
    assert "[hidden]" in scrub(told)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"error": "Model is loading"}', "Model is loading"),
        (b'{"error": ["one", "two"]}', "one; two"),
        (b'{"error": {"message": "no such model", "code": 404}}', "no such model"),
        (b'{"detail": [{"loc": ["body"], "msg": "Field required"}]}', "Field required"),
        (b'{"message": "slow down"}', "slow down"),
        (b'{"code": 7}', '{"code": 7}'),
        (b"Not Found", "Not Found"),
        (b"<html><style>p{}</style><script>x()</script><h1>502</h1> Bad&nbsp;Gateway</html>",
         "502 Bad Gateway"),
        (b"one\x00two\r\nthree\xe2\x80\xaefour", "one two three four"),
        (b"", ""),
    ],
)  # fmt: skip
def test_what_a_server_says_becomes_one_line(body: bytes, detail: str) -> None:
    """A message is found in JSON, HTML or text and cannot break a page or a log."""
    assert detail_in(body) == detail


def test_a_long_message_is_cut_after_the_token_was_hidden() -> None:
    """Cutting cannot leave a part of the token behind."""
    secret = as_secret("S" * 60)
    for padding in range(LONGEST - 70, LONGEST + 10):
        line = clean("x" * padding + "S" * 60, secret)
        assert len(line) <= LONGEST
        assert "SSSS" not in line
