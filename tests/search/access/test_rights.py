"""Rights over HTTP where people sign in: keys of each role, people, guests, and nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
import requests

from search.access.demo_link import DEMO_COOKIE
from search.access.roles import Role
from search.api.keys import HEADER
from search.engine import SearchEngine
from search.metrics import Metrics
from search.scraping import Scraping
from search.store.evaluation_sets import NewPhoto
from search.store.store import Store
from tests.judged import keep_picture, print_of, stock
from tests.keys import UNKNOWN
from tests.search.access.gates import ANALYST, CLAIMS, COOKIE, ON, gate
from tests.search.api.conftest import is_failure
from tests.serving import serving

Paint = Callable[..., bytes]
PHOTO = print_of(0).hex()


@dataclass
class Somebody:
    """Somebody who sends requests to the app, always with the same headers and cookies."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, method: str = "GET", **options: object) -> requests.Response:
        """Send a request."""
        return requests.request(
            method,
            f"{self.address}/{path}",
            headers=self.headers,
            cookies=self.cookies,
            timeout=20,
            **options,  # type: ignore[arg-type]
        )


@pytest.fixture
def numbers(store: Store) -> list[int]:
    """Return the numbers of a few products."""
    return stock(store, 12)


@pytest.fixture
def address(engine: SearchEngine, numbers: list[int]) -> Iterator[str]:
    """Serve them behind a gate, and return the address."""
    del numbers
    scraping = Scraping(Metrics(), lambda: engine, kept=0, patience=10)
    with serving(lambda: engine, scraping, [gate(ON, lambda: engine.keys)]) as address:
        yield address


@pytest.fixture
def everybody(address: str, engine: SearchEngine) -> dict[str, Somebody]:
    """Return whoever may come, by name: people, keys of each role, a guest, and nobody."""

    def made(role: Role) -> str:
        days = 1 if role is Role.GUEST else None
        return engine.keys.add(f"a {role}", role=role, days=days)[0].get_secret_value()

    people = {name: Somebody(address, cookies={COOKIE: name}) for name in ("vera", "anna", "oleg")}
    programs = {
        f"{role} key": Somebody(address, {"Authorization": f"Bearer {made(role)}"})
        for role in (Role.VIEWER, Role.ANALYST, Role.OPERATOR)
    }
    guest = engine.keys.add_demo("a fair", per_minute=2)[0].get_secret_value()
    return {
        "nobody": Somebody(address),
        "eve": Somebody(address, cookies={COOKIE: "eve"}),
        "guest": Somebody(address, cookies={DEMO_COOKIE: guest}),
        "guest by key": Somebody(address, {HEADER: made(Role.GUEST)}),
        **people,
        **programs,
    }


def judged(product: int, who: str = "Zoe") -> dict[str, object]:
    """Return a judgement as a page sends it."""
    return {
        "id": str(uuid4()),
        "photo": PHOTO,
        "product": str(product),
        "verdict": "match",
        "who": who,
        "origin": "assistant",
        "similarity": 0.7,
    }


def listed(store: Store, photo: bytes) -> None:
    """Let a photo belong to an evaluation set."""
    store.evaluation_sets.add("Autumn", [NewPhoto(photo, "mug.jpg", ())])


def reader_of(name: str) -> str:
    """Return for whom a page says that it was drawn, which somebody opened who signed in."""
    caller = ON.person(CLAIMS[name])
    assert caller is not None
    return caller.reader


def test_each_may_do_what_their_role_may(
    everybody: dict[str, Somebody], engine: SearchEngine, numbers: list[int]
) -> None:
    """Whoever is known searches, analysts judge, operators see metrics; nobody else gets any."""
    found = engine.more_like(numbers[0])
    keep_picture(engine.store, print_of(0))
    listed(engine.store, print_of(0))
    asked = {
        "search": [
            ("api/threshold", "GET", 200),
            (f"api/searches/{found.id}", "GET", 200),
            (f"api/pictures/{found.hits[0].picture}", "GET", 200),
            (f"api/photos/{PHOTO}", "GET", 200),
            ("api/samples/none", "GET", 404),
            ("api/nothing", "GET", 404),
            ("api/threshold", "POST", 405),
            (f"api/search?product={numbers[1]}", "POST", 200),
        ],
        "judge": [
            ("api/deal?source=none&scale=cosine&line=30", "GET", 404),
            ("api/judgements", "POST", 415),
            (f"api/judgements/{uuid4()}", "DELETE", 404),
        ],
        "see": [("metrics", "GET", 200)],
    }
    rights = {
        "nobody": (),
        "eve": (),
        "guest": ("search",),
        "guest by key": ("search",),
        "vera": ("search",),
        "viewer key": ("search",),
        "anna": ("search", "judge"),
        "analyst key": ("search", "judge"),
        "oleg": ("search", "judge", "see"),
        "operator key": ("search", "judge", "see"),
    }
    for name, somebody in everybody.items():
        for right, requested in asked.items():
            for path, method, status in requested:
                answer = somebody.ask(path, method)
                refused = 401 if name == "nobody" else 403
                expected = status if right in rights[name] else refused
                assert answer.status_code == expected, (name, path, answer.text)


def test_the_refusal_names_the_role_that_it_takes(everybody: dict[str, Somebody]) -> None:
    """So that one knows what to ask for."""
    judging = "api/deal?source=none&scale=cosine&line=30"
    refused = everybody["viewer key"].ask(judging)
    assert is_failure(refused, 403, "not_allowed")
    assert "role of analyst" in refused.json()["error"]
    assert "role of operator" in everybody["anna"].ask("metrics").text
    nobody = everybody["nobody"].ask("api/threshold")
    assert is_failure(nobody, 401, "sign_in_needed")
    assert nobody.headers["www-authenticate"] == 'Bearer realm="Likeness"'


def test_a_photo_is_searched_with_by_whoever_is_known(
    everybody: dict[str, Somebody], engine: SearchEngine, picture: Paint
) -> None:
    """A key searches under its name, a guest under the link's, people under none."""
    for name in ("nobody", "eve"):
        files = {"image": ("photo.png", picture())}
        answer = everybody[name].ask("api/search-by-image", "POST", files=files)
        assert answer.json()["code"] == ("sign_in_needed" if name == "nobody" else "not_allowed")
    for name in ("vera", "viewer key", "guest"):
        files = {"image": ("photo.png", picture())}
        answer = everybody[name].ask("api/search-by-image", "POST", files=files)
        assert answer.status_code == 200, answer.text
    assert engine.journal.flush(10)
    with engine.store.database.connection() as connection:
        rows = connection.execute("SELECT who FROM likeness.search_log ORDER BY made_at").fetchall()
    assert rows == [("",), ("a viewer",), ("a fair",)]


def test_a_large_photo_of_nobodys_is_answered_and_not_cut_off(
    everybody: dict[str, Somebody],
) -> None:
    """A program that still sends hears why it is refused."""
    files = {"image": ("photo.png", b"\x89PNG" + bytes(8_000_000))}
    answer = everybody["nobody"].ask("api/search-by-image", "POST", files=files)
    assert is_failure(answer, 401, "sign_in_needed")


def test_a_demo_link_has_a_limit_for_all_who_have_it(
    everybody: dict[str, Somebody], numbers: list[int]
) -> None:
    """Its guests search over HTTP as on the pages; looking at what was found is not counted."""
    guest = everybody["guest"]
    for _ in range(2):
        assert guest.ask(f"api/search?product={numbers[0]}", "POST").status_code == 200
    limited = guest.ask(f"api/search?product={numbers[0]}", "POST")
    assert is_failure(limited, 429, "demo_rate_limited")
    assert int(limited.headers["retry-after"]) > 0
    assert guest.ask("api/threshold").status_code == 200


def test_a_guest_is_told_the_threshold_and_not_whose_it_is(
    everybody: dict[str, Somebody], engine: SearchEngine
) -> None:
    """Names and reasons are for those who belong to the house."""
    engine.thresholds.save(0.7, who="Boris", why="Fewer")
    told = {name: everybody[name].ask("api/threshold").json() for name in ("guest", "vera")}
    assert [told["vera"][key] for key in ("value", "who", "why")] == [0.7, "Boris", "Fewer"]
    assert [told["guest"][key] for key in ("value", "who", "why")] == [0.7, "", ""]
    assert told["guest"]["set_at"] == told["vera"]["set_at"]


def test_what_opens_nothing_is_refused_and_never_passed_over(
    everybody: dict[str, Somebody], address: str, engine: SearchEngine
) -> None:
    """A wrong key, also beside a sign-in; a link that has ended, or a program's key as one."""
    wrong = {"Authorization": f"Bearer {UNKNOWN}"}
    for cookies in ({}, {COOKIE: "oleg"}):
        answer = Somebody(address, wrong, cookies).ask("api/threshold")
        assert is_failure(answer, 401, "key_unknown")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        assert Somebody(address, wrong, cookies).ask("api/openapi.json").status_code == 200
    program = everybody["operator key"].headers["Authorization"].removeprefix("Bearer ")
    for key in (UNKNOWN, program):
        guest = Somebody(address, cookies={DEMO_COOKIE: key})
        assert is_failure(guest.ask("api/threshold"), 401, "demo_link_ended")
    engine.keys.revoke("a viewer")
    assert is_failure(everybody["viewer key"].ask("api/threshold"), 401, "key_unknown")
    assert is_failure(
        Somebody(address, cookies={DEMO_COOKIE: "none"}).ask("api/threshold"), 401, "sign_in_needed"
    )


def test_a_person_stays_that_person_beside_a_demo_link(
    everybody: dict[str, Somebody], address: str
) -> None:
    """Whoever tries the link that they made keeps their rights; without a role it makes a guest."""
    link = everybody["guest"].cookies
    assert Somebody(address, cookies=link | {COOKIE: "oleg"}).ask("metrics").status_code == 200
    assert Somebody(address, cookies=link | {COOKIE: "eve"}).ask("api/threshold").status_code == 200
    assert Somebody(address, cookies=link | {COOKIE: "eve"}).ask("metrics").status_code == 403


def test_whoever_signed_in_judges_by_their_own_name(
    everybody: dict[str, Somebody], engine: SearchEngine, numbers: list[int]
) -> None:
    """Whatever the page says, taking back included; beside whom a program names its key stands."""
    anna, program = everybody["anna"], everybody["analyst key"]
    hers, theirs = judged(numbers[0]), judged(numbers[1])
    assert anna.ask("api/judgements", "POST", json=hers).status_code == 201
    assert program.ask("api/judgements", "POST", json=theirs).status_code == 201
    by = {str(kept.judgement.id): kept.judgement.who for kept in engine.store.judgements.all()}
    assert by == {
        hers["id"]: f"{ANALYST} (anna@example.org)",
        theirs["id"]: "Zoe (a analyst)",
    }
    foreign = anna.ask(f"api/judgements/{theirs['id']}?who=Zoe", "DELETE")
    assert is_failure(foreign, 404, "judgement_unknown")
    assert anna.ask(f"api/judgements/{hers['id']}?who=Zoe", "DELETE").status_code == 200
    assert program.ask(f"api/judgements/{theirs['id']}?who=Zoe", "DELETE").status_code == 200


def test_a_page_that_was_drawn_for_another_person_judges_for_nobody(
    everybody: dict[str, Somebody], engine: SearchEngine, numbers: list[int]
) -> None:
    """Anna's tab is open while somebody else signs in beside it: nothing of it is kept."""
    hers = f"reader={reader_of('anna')}"
    said = judged(numbers[0])
    dealing = f"api/deal?source=none&scale=cosine&line=30&{hers}"
    for name in ("vera", "oleg"):
        somebody = everybody[name]
        answers = [
            somebody.ask(f"api/judgements?{hers}", "POST", json=said),
            somebody.ask(f"api/judgements/{said['id']}?{hers}", "DELETE"),
            somebody.ask(dealing),
        ]
        for answer in answers:
            assert is_failure(answer, 409, "person_changed")
            assert f"now {CLAIMS[name]['name']} is signed in here" in answer.json()["error"]
    assert list(engine.store.judgements.all()) == []
    russian = everybody["oleg"].ask(f"{dealing}&language=ru").json()["error"]
    assert "теперь здесь вошёл другой человек: Oleg" in russian
    unasked = "api/deal?source=none&scale=cosine&line=30&reader="
    assert is_failure(everybody["anna"].ask(unasked), 409, "person_changed")


def test_what_a_page_says_of_its_reader_is_compared_and_never_believed(
    everybody: dict[str, Somebody], engine: SearchEngine, numbers: list[int]
) -> None:
    """Their own page is let through, under the name of the cookie; programs have no page."""
    for name, reader in (("anna", reader_of("anna")), ("analyst key", reader_of("oleg"))):
        path = f"api/judgements?reader={reader}"
        somebody, said = everybody[name], judged(numbers[0], "Oleg")
        assert somebody.ask(path, "POST", json=said).status_code == 201
    kept = {one.judgement.who for one in engine.store.judgements.all()}
    assert kept == {f"{ANALYST} (anna@example.org)", "Oleg (a analyst)"}


def test_a_guest_fetches_the_photos_of_sets_alone(
    everybody: dict[str, Somebody], engine: SearchEngine
) -> None:
    """What others searched with is for those who belong to the house."""
    searched, of_a_set = print_of(1), print_of(2)
    for photo in (searched, of_a_set):
        keep_picture(engine.store, photo)
    listed(engine.store, of_a_set)
    for name, status in (("guest", 404), ("guest by key", 404), ("vera", 200), ("anna", 200)):
        somebody = everybody[name]
        assert somebody.ask(f"api/photos/{searched.hex()}").status_code == status
        assert somebody.ask(f"api/photos/{of_a_set.hex()}").status_code == 200


@pytest.mark.parametrize(
    ("size", "status"), [(9_000_000, 404), (10_100_000, 413)], ids=["a photo", "more"]
)
def test_a_guest_brings_photos_and_nothing_larger(
    everybody: dict[str, Somebody], size: int, status: int
) -> None:
    """What a page is given waits in memory; those who sign in bring archives as well."""
    path, body = "_stcore/upload_file/session/file", bytes(size)
    assert everybody["guest"].ask(path, "PUT", data=body).status_code == status
    assert everybody["guest"].ask(path, "PUT", data=iter([body])).status_code == 413
    assert everybody["vera"].ask(path, "PUT", data=body).status_code == 404  # no page is here


def test_another_sites_page_may_not_act_by_somebodys_sign_in(
    everybody: dict[str, Somebody], numbers: list[int]
) -> None:
    """The browser sends the cookie along; the request is refused all the same."""
    anna = everybody["anna"]
    anna.headers = {"Sec-Fetch-Site": "cross-site"}
    for path in ("api/judgements", f"api/search?product={numbers[0]}"):
        assert is_failure(anna.ask(path, "POST", json={}), 403, "request_foreign")


def test_why_something_is_not_ready_is_told_to_operators(everybody: dict[str, Somebody]) -> None:
    """All others learn whether it is, with the same status; a wrong key changes nothing of it."""
    everybody["wrong"] = Somebody(everybody["nobody"].address, {HEADER: UNKNOWN})
    for name, somebody in everybody.items():
        answer = somebody.ask("readyz")
        assert answer.status_code == 200
        is_operator = name in ("oleg", "operator key")
        assert set(answer.json()) == (
            {"ready", "database", "encoder"} if is_operator else {"ready"}
        )
        assert somebody.ask("healthz").json() == {"status": "ok"}


def test_pictures_are_kept_by_nobody_but_who_asked(
    everybody: dict[str, Somebody], engine: SearchEngine, numbers: list[int]
) -> None:
    """By the browser for as long as before, by no cache between; also when it has it already."""
    picture = engine.more_like(numbers[0]).hits[0].picture
    answer = everybody["vera"].ask(f"api/pictures/{picture}")
    assert answer.headers["cache-control"].startswith("private")
    assert "public" not in answer.headers["cache-control"]
    anew = Somebody(
        answer.url.split("/api/")[0], {"If-None-Match": answer.headers["etag"]}, {COOKIE: "vera"}
    ).ask(f"api/pictures/{picture}")
    assert (anew.status_code, anew.headers["cache-control"]) == (
        304,
        answer.headers["cache-control"],
    )


def test_no_key_is_asked_for_beside_a_sign_in(
    everybody: dict[str, Somebody], engine: SearchEngine, numbers: list[int]
) -> None:
    """API_KEYS=required is about those whom nobody knows."""
    engine.settings = engine.settings.model_copy(update={"api_keys": "required"})
    found = engine.more_like(numbers[0])
    for name in ("vera", "guest", "viewer key"):
        somebody = everybody[name]
        assert somebody.ask(f"api/search?product={numbers[0]}", "POST").status_code == 200
        assert somebody.ask(f"api/searches/{found.id}").status_code == 200
