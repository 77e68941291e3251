"""The description of the HTTP interface, held against a server that runs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count, cycle
from typing import Any

import jsonschema_rs
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image
from schemathesis import Case, openapi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search.api.openapi import document
from search.api.statuses import STATUSES
from search.engine import SearchEngine
from search.metrics import Metrics
from search.scraping import Scraping
from tests.search.api.conftest import Api
from tests.serving import serving

EXAMPLES = 20
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def operations() -> list[tuple[str, str]]:
    """Return the paths and methods of the document."""
    return [(path, method) for path, ways in document()["paths"].items() for method in ways]


@pytest.fixture
def address(engine: SearchEngine, stocked: dict[str, int]) -> Iterator[str]:
    """Serve seventy products and return the app's address."""
    del stocked
    scraping = Scraping(Metrics(), lambda: engine)
    with serving(lambda: engine, scraping) as address:
        yield address


# It chooses the boundaries of forms so.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
@pytest.mark.parametrize(("path", "method"), operations())
def test_the_server_answers_as_it_is_described(
    address: str, engine: SearchEngine, stocked: dict[str, int], path: str, method: str
) -> None:
    """Whatever the description allows: statuses, headers and every field of the answers."""
    described = requests.get(f"{address}/api/openapi.json", timeout=20).json()
    operation = openapi.from_dict(described)[path][method.upper()]
    product, statuses, numbers = stocked["ART-3"], set[int](), count()
    search = str(engine.more_like(product).id)
    keys = cycle([None, engine.keys.add("described", 2)[0].get_secret_value(), "wrong", None])

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        if next(numbers) % 2:
            _let_it_find(case, product, search)
        if key := next(keys):
            case.headers.update(Authorization=f"Bearer {key}")
        answer = case.call_and_validate(base_url=address, checks=CHECKS, timeout=20)
        statuses.add(answer.status_code)

    ask()
    assert 200 in statuses
    # Where nobody signs in keys have no say in it.
    if operation.definition.raw.get("security") and path != "/api/threshold":
        assert 401 in statuses
        assert (429 in statuses) == (method == "post")  # what was found is read without limit


def _let_it_find(case: Case[Any], product: int, search: str) -> None:
    """Put in a case what there is, and leave out what narrows it to nothing."""
    for given_in in (case.query, case.body):
        if isinstance(given_in, dict):
            for name in ("category", "project", "region", "lowest", "highest", "currency", "crop"):
                given_in.pop(name, None)
    if isinstance(case.body, dict):
        case.body = {"image": _photo()}  # type: ignore[dict-item]  # bytes are a file
    if "product" in (case.query or {}):
        case.query["product"] = product
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = search


def _photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(content, "PNG")
    return content.getvalue()


def test_every_example_is_what_its_schema_says() -> None:
    """An example that the server would never send misleads whoever copies it."""
    described = document()
    schemas, told = described["components"]["schemas"], set[str]()
    for name, schema in schemas.items():
        for example in schema.get("examples", ()):
            whole = {**schema, "components": described["components"]}
            jsonschema_rs.validate(whole, example)
            told.add(name)
    assert told == {"Counted", "Search", "Threshold", "Failure"}


def test_every_answer_of_the_searching_routes_is_described() -> None:
    """A status that the table of errors can give stands in the document, and no other."""
    others = {409}  # of judgements
    described = set(document()["components"]["responses"])
    assert described == {str(status) for _, status in STATUSES if status not in others}


def test_it_is_served_beside_what_it_describes(api: Api) -> None:
    """With an address that holds wherever the app is mounted."""
    served = api.get("openapi.json")
    assert served.headers["content-type"] == "application/json"
    assert served.json() == document()
    assert served.json()["servers"][0]["url"] == ".."
