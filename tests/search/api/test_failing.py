"""What the HTTP interface answers when something goes wrong: a status, a sentence, a code."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
import requests

from search import errors
from search.api.statuses import STATUSES, status_of, wait_of
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, LikenessError, SettingError
from tests.fake_huggingface import FAULTS, FakeHuggingFace, status
from tests.search.api.conftest import Api, is_failure
from tests.serving import serving

Paint = Callable[..., bytes]
LANGUAGES = {"en": "no categor", "ru": "нет категории"}


def test_a_photo_that_is_none_is_said(api: Api, picture: Paint) -> None:
    """Each with the status that tells a program whose fault it is."""
    png = picture()
    assert is_failure(api.photo(b""), 400, "photo_empty")
    assert is_failure(api.photo(b"no picture"), 415, "photo_unsupported")
    assert is_failure(api.photo(png[: len(png) // 2]), 422, "photo_damaged")


def test_too_many_pixels_are_too_much(
    api: Api, engine: SearchEngine, picture: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """413, as for too many bytes."""
    monkeypatch.setattr(engine.reading, "_max_pixels", 1000)
    assert is_failure(api.photo(picture()), 413, "photo_too_many_pixels")


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        (status(400, {"error": "no"}), 422, "photo_rejected"),
        (status(401, {"error": "no"}), 503, "token_refused"),
        (status(402, {"error": "no"}), 503, "credits_exhausted"),
        (status(403, {"error": "no"}), 503, "access_forbidden"),
        (status(410, {"error": "no"}), 503, "address_retired"),
        (status(500, {"error": "no"}), 503, "encoder_failed"),
        (status(200, [1, 2, 3]), 503, "bad_answer"),
    ],
)
def test_what_the_models_server_refuses_is_the_operators(
    remote: Api,
    fake: FakeHuggingFace,
    picture: Paint,
    *,
    fault: Callable[..., None],
    expected: int,
    code: str,
) -> None:
    """Only a photo that it rejects is the request's fault."""
    fake.otherwise(fault)
    assert is_failure(remote.photo(picture()), expected, code)


def test_a_rate_limit_says_for_how_long(remote: Api, fake: FakeHuggingFace, picture: Paint) -> None:
    """429 and Retry-After as the model's server said it, and that trying again can help."""
    fake.otherwise(status(429, {"error": "slow"}, {"Retry-After": "300"}))
    answer = remote.photo(picture())
    assert is_failure(answer, 429, "rate_limited")
    assert answer.headers["retry-after"] == "300"
    assert answer.json()["retry"] is True


def test_a_model_that_wakes_up_is_asked_again_later(
    remote: Api, fake: FakeHuggingFace, picture: Paint
) -> None:
    """503 with Retry-After."""
    fake.otherwise(FAULTS["loading"])
    answer = remote.photo(picture())
    assert is_failure(answer, 503, "model_waking")
    assert answer.headers["retry-after"] == "60"


def test_a_breaker_says_when_it_tries_again(
    remote: Api, fake: FakeHuggingFace, picture: Paint
) -> None:
    """After several failures nothing is sent, and the answer says until when."""
    fake.otherwise(status(500, "broken"))
    answers = [remote.photo(picture()) for _ in range(6)]
    answer = next(one for one in answers if one.json()["code"] == "encoder_paused")
    assert is_failure(answer, 503, "encoder_paused")
    sentence = f"leaves it alone for {answer.headers['retry-after']} s"
    assert sentence in answer.json()["error"]


@pytest.mark.parametrize(
    ("error", "wait"),
    [(DatabaseUnavailable(reason="gone"), "5"), (SettingError(name="MAX_PIXELS"), None)],
)
def test_without_an_engine_everything_is_a_503(
    picture: Paint, error: LikenessError, wait: str | None
) -> None:
    """A database that is away is asked again in seconds, a wrong setting is not."""

    def away() -> SearchEngine:
        raise error

    with serving(away) as address, requests.Session() as session:
        api = Api(address, session)
        number = "5f0e7b5e-3c57-4f6d-9a63-0d6a1f3d2b11"
        for answer in (
            api.photo(picture()),
            api.send("search?product=1"),
            api.get(f"searches/{number}"),
            api.get("threshold"),
        ):
            assert is_failure(answer, 503, error.code)
            assert answer.headers.get("retry-after") == wait


def test_a_raw_exception_never_gets_out(
    api: Api,
    engine: SearchEngine,
    picture: Paint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is logged, and answered with a sentence of Likeness' own; the next request works."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(engine, "search", broken)
        patched.setattr(engine.thresholds, "active", broken)
        for answer in (api.photo(picture()), api.get("threshold")):
            assert is_failure(answer, 503, "unexpected")
            assert "secret" not in answer.text
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "ZeroDivisionError" in caplog.text
    assert api.photo(picture()).status_code == 200


@pytest.mark.parametrize("path", ["", "nothing", "searches", "pictures", "searches/1/hits"])
def test_an_unknown_path_is_a_404_in_json(api: Api, path: str) -> None:
    """No page of the app, and no plain text."""
    assert is_failure(api.get(path), 404, "path_unknown")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "search-by-image", {"POST"}),
        ("DELETE", "search-by-image", {"POST"}),
        ("GET", "search", {"POST"}),
        ("POST", "searches/1", {"GET", "HEAD"}),
        ("PUT", "openapi.json", {"GET", "HEAD"}),
        ("OPTIONS", "judgements", {"POST"}),
    ],
)
def test_a_wrong_method_is_told_the_right_one(
    api: Api, method: str, path: str, allowed: set[str]
) -> None:
    """405 with Allow, in JSON as well."""
    answer = api.send(path, method)
    assert is_failure(answer, 405, "method_wrong")
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("asked", "accepted", "spoken"),
    [
        ({"language": "ru"}, "", "ru"),
        ({"language": "en"}, "ru", "en"),
        ({}, "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ({}, "de, en;q=0.5, ru;q=0.7", "ru"),
        ({}, "ru;q=0, *;q=nonsense", "en"),
        ({}, "de,fr", "en"),
        ({}, "", "en"),
    ],
)
def test_sentences_are_in_the_language_of_whoever_asks(
    api: Api, picture: Paint, asked: dict[str, str], accepted: str, spoken: str
) -> None:
    """By parameter, in the address or the form; else as browsers say it; else English."""
    headers = {"Accept-Language": accepted}
    for answer in (
        api.photo(picture(), {"category": "hats", **asked}, headers=headers),
        api.photo(picture(), None, {"category": "hats", **asked}, headers=headers),
    ):
        assert LANGUAGES[spoken] in answer.json()["error"]


@pytest.mark.parametrize("path", ["search-by-image", "search?product=1"])
def test_another_sites_page_may_not_search(api: Api, path: str) -> None:
    """It would spend the calls of whoever looks at it."""
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = api.send(path, body=b"x" * 100_000, **headers)
        assert is_failure(answer, 403, "request_foreign")


def test_every_error_has_a_status_and_none_is_a_500() -> None:
    """The table ends in what everything else is, and names nothing in vain."""
    kinds = list(LikenessError.kinds())
    assert {status_of(kind()) for kind in kinds} == {status for _, status in STATUSES}
    for number, (kind, _) in enumerate(STATUSES):
        above = [one for one, _ in STATUSES[:number]]
        assert not any(issubclass(kind, one) for one in above), kind


def test_what_was_waited_for_is_no_wait() -> None:
    """Some errors' seconds say how long it took; Retry-After is how long to wait."""
    assert wait_of(errors.EncoderTimeout(seconds=120)) is None
    assert wait_of(errors.ModelWaking(seconds=7)) == 60
    assert wait_of(errors.RateLimited()) == 60
    assert wait_of(errors.EncoderPaused(seconds=12.4)) == 12
    assert wait_of(errors.TokenRefused()) is None
