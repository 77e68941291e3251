"""Judging over HTTP: what is taken, what is refused, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from search.engine import SearchEngine
from search.errors import DatabaseForbidden, DatabaseUnavailable
from search.judgement import Origin, Verdict
from search.vectors import CLIP, VectorSpace
from tests.judged import print_of, stock
from tests.serving import Client, client_of

PHOTO = print_of(0).hex()


@pytest.fixture
def client(engine: SearchEngine) -> Iterator[Client]:
    """Return a client of an engine of the test's own."""
    with client_of(lambda: engine) as client:
        yield client


@pytest.fixture
def product(engine: SearchEngine) -> str:
    """Return the number of a product, as a page names it."""
    return str(stock(engine.store, 1)[0])


def said(product: str, /, **fields: object) -> dict[str, object]:
    """Return a judgement as a page sends it."""
    return {
        "id": str(uuid4()),
        "photo": PHOTO,
        "product": product,
        "verdict": "match",
        "who": " Анна ",
        "origin": "assistant",
        "similarity": 0.71,
        **fields,
    }


def test_a_judgement_is_kept_once(client: Client, engine: SearchEngine, product: str) -> None:
    """201 when it is new, 200 when the answer was lost and it comes again."""
    sent = said(product)
    first, again = client.post(sent), client.post(sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {"id": sent["id"], "verdict": "match"}
    assert first.headers["cache-control"] == "no-store"
    (listed,) = engine.store.judgements.all()
    kept = listed.judgement
    assert (str(kept.id), kept.photo, kept.verdict) == (sent["id"], print_of(0), Verdict.MATCH)
    assert (kept.who, kept.origin, kept.similarity) == ("Анна", Origin.ASSISTANT, 0.71)
    assert kept.space == engine.encoder.space


def test_what_may_be_missing_is_filled_in(
    client: Client, engine: SearchEngine, product: str
) -> None:
    """Nobody need give a name, and not every result has a similarity to tell."""
    sent = said(product, who=None, similarity=None)
    assert client.post(sent).status_code == 201
    (listed,) = engine.store.judgements.all()
    assert (listed.judgement.who, listed.judgement.similarity) == ("anonymous", None)


def test_taking_back_tells_what_holds_now(client: Client, product: str) -> None:
    """The page can mark the card as it was before."""
    first, second = said(product), said(product, verdict="different")
    client.post(first)
    client.post(second)
    answer = client.delete(second["id"], "Анна")
    assert (answer.status_code, answer.json()) == (200, {"id": second["id"], "verdict": "match"})
    assert client.delete(first["id"], "Анна").json() == {"id": first["id"], "verdict": None}
    for number, who in ((first["id"], "Boris"), (uuid4(), "Анна")):
        refused = client.delete(number, who)
        assert (refused.status_code, refused.json()["code"]) == (404, "judgement_unknown")
    assert client.delete("5", "Анна").status_code == 422


def test_a_judgement_is_of_the_space_of_its_search(
    client: Client, engine: SearchEngine, product: str
) -> None:
    """Somebody switches while a page is open: what was shown there was found by the old model.

    So is the similarity that goes with it. A page that names no space means the active one.
    """
    old = VectorSpace("acme/clip-two", "7")
    engine.store.spaces.id_of(old)
    for named in ({"space": "acme/clip-two@7"}, {"space": "clip-ViT-B-32"}, {}):
        assert client.post(said(product, **named)).status_code == 201
    kept = [listed.judgement.space for listed in engine.store.judgements.all()]
    assert kept == [old, CLIP, CLIP]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"id": "5"}, "UUID"),
        ({"id": None}, "UUID"),
        ({"photo": PHOTO[:-1]}, "fingerprint"),
        ({"photo": "  " * 32}, "fingerprint"),
        ({"photo": 7}, "fingerprint"),
        ({"product": "twelve"}, "product"),
        ({"product": "-1"}, "product"),
        ({"product": 1}, "product"),
        ({"product": "9" * 40}, "product"),
        ({"verdict": "maybe"}, "match, different nor unsure"),
        ({"verdict": ["match"]}, "match, different nor unsure"),
        ({"origin": "import"}, "origin"),
        ({"origin": None}, "origin"),
        ({"who": 5}, "name"),
        ({"who": "x" * 81}, "at most 80"),
        ({"similarity": 1.01}, "similarity"),
        ({"similarity": "0.7"}, "similarity"),
        ({"similarity": True}, "similarity"),
        ({"similarity": 10**400}, "similarity"),
        ({"space": "nobody/knows"}, "space"),
        ({"space": ""}, "space"),
        ({"space": 7}, "space"),
    ],
)
def test_a_wrong_field_is_named(
    client: Client, engine: SearchEngine, product: str, fields: dict[str, object], told: str
) -> None:
    """422, a sentence, and nothing kept."""
    answer = client.post(said(product, **fields))
    body = answer.json()
    assert (answer.status_code, body["code"], body["retry"]) == (422, "judgement_invalid", False)
    assert told in body["error"]
    assert list(engine.store.judgements.all()) == []


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[1]", b"null", b'"x"', b"\xff\xfe", b"[" * 16_000, b"{"]
)
def test_what_is_not_one_object_is_said(client: Client, body: bytes) -> None:
    """Neither half a request nor a bomb of brackets ends in a stack trace."""
    answer = client.post(body)
    assert (answer.status_code, answer.json()["code"]) == (422, "judgement_invalid")


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_nan_is_refused(client: Client, product: str, value: bytes) -> None:
    """Python's JSON reads it, and it would poison every figure."""
    body = str(said(product, similarity="@")).replace("'", '"').encode()
    answer = client.post(body.replace(b'"@"', value))
    assert (answer.status_code, answer.json()["code"]) == (422, "judgement_invalid")
    assert "similarity" in answer.json()["error"]


def test_an_unknown_product_is_not_found(client: Client) -> None:
    """The catalogue changed under an open page, and the page can say so, in either language."""
    for number in ("987654", "9" * 19):
        answer = client.post(said(number), "ru")
        assert (answer.status_code, answer.json()["code"]) == (404, "product_unknown")
        assert "В каталоге нет товара" in answer.json()["error"]


def test_an_id_in_use_is_a_conflict(client: Client, product: str) -> None:
    """Two judgements under one id cannot both be kept, and neither is lost in silence."""
    sent = said(product)
    client.post(sent)
    answer = client.post(sent | {"verdict": "different"})
    assert (answer.status_code, answer.json()["code"]) == (409, "judgement_taken")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Origin": "http://127.0.0.1"},
    ],
)
def test_another_sites_page_may_not_judge(
    client: Client, engine: SearchEngine, product: str, headers: dict[str, str]
) -> None:
    """Nor take back, in the name of whoever is looking at it."""
    for answer in (client.post(said(product), **headers), client.delete(uuid4(), "A", **headers)):
        assert (answer.status_code, answer.json()["code"]) == (403, "request_foreign")
    assert list(engine.store.judgements.all()) == []


def test_our_own_page_may(client: Client, product: str) -> None:
    """Also behind a proxy under another name, as long as the browser vouches for it."""
    own = {"Origin": client.address}
    vouched = {"Sec-Fetch-Site": "same-origin", "Origin": "https://likeness.example"}
    for headers in (own, vouched):
        assert client.post(said(product), **headers).status_code == 201


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("http://shop.example", "shop.example:80", 201),
        ("https://shop.example", "Shop.example:443", 201),
        ("https://shop.example", "shop.example", 201),
        ("https://shop.example:8501", "shop.example:8501", 201),
        ("https://shop.example", "shop.example:80", 403),
        ("https://shop.example", "shop.example:8501", 403),
        ("https://other.example", "shop.example", 403),
        ("https://shop.example", "shop.example:x", 403),
    ],
)
def test_the_port_that_goes_without_saying_may_be_said(
    client: Client, product: str, origin: str, host: str, status: int
) -> None:
    """Some proxies write it into the host, and no browser writes it into the origin."""
    assert client.post(said(product), Origin=origin, Host=host).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(client: Client, product: str, kind: str) -> None:
    """What a form on another site can send is never looked at."""
    answer = client.post(said(product), **{"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "request_not_json")


def test_json_may_say_how_it_is_written(client: Client, product: str) -> None:
    """A charset beside the type is the same type."""
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post(said(product), **kind).status_code == 201


def test_a_large_body_is_refused_also_in_pieces(client: Client, product: str) -> None:
    """Neither an announced length nor one that is kept secret gets past the limit."""
    large = said(product, more="x" * 20_000)
    pieces = iter([b" " * 1000] * 20)
    for content in (large, pieces):
        answer = client.post(content)
        assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")


@pytest.mark.parametrize("error", [DatabaseUnavailable, DatabaseForbidden])
def test_a_database_that_is_away_is_said(error: type[DatabaseUnavailable]) -> None:
    """503 everywhere, whether to try again, and a sentence in the reader's language."""

    def away() -> SearchEngine:
        raise error(reason="gone")

    with client_of(away) as client:
        answers = [
            client.post(said("1"), "ru"),
            client.delete(uuid4(), "Anna"),
            client.get("deal", source="set:1", scale="cosine", line="74"),
            client.get("threshold"),
        ]
        for answer in answers:
            assert answer.status_code == 503
            assert answer.json()["retry"] is (error is DatabaseUnavailable)
            assert answer.headers["cache-control"] == "no-store"
        assert "База данных" in answers[0].json()["error"]
        assert client.get(f"photos/{PHOTO}").status_code == 503


def test_judgements_cannot_be_read_or_put(client: Client) -> None:
    """Only what is offered is served."""
    assert client.get("judgements").status_code == 405
    assert client.session.post(f"{client.address}/api/deal", timeout=20).status_code == 405
