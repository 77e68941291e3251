"""The description of the HTTP interface: an OpenAPI 3.1 document, served as api/openapi.json."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from search import __version__
from search.api import parameters
from search.api.keys import HEADER
from search.api.schemas import (
    COUNTED,
    FAILED,
    SEARCH_ID,
    SHOWN,
    THRESHOLD,
    Described,
    crop,
    fields,
    schemas,
)
from search.api.uploads import IMAGE

_JSON: Final = "application/json"
_FAILURES: Final = {
    400: "There is no photo, or the form cannot be read.",
    401: "A key, or a sign-in, is required and missing, or the key that was sent is not valid.",
    403: "It comes from another site's page, or takes a role that the key or person has not.",
    404: "There is no such search, product or path.",
    405: "Another method is answered; Allow names it.",
    413: "Too many bytes, or too many pixels.",
    415: "It is no picture, or no form.",
    422: "The photo is damaged or was rejected, a parameter cannot be used, or nothing is left by"
    " the filters.",
    429: "The key's limit or a quota is used up, or the model's server asks to slow down.",
    503: "Whoever runs this has to do something, or it passes: token, model, database.",
}
_WAITING: Final = (429, 503)
_ASKING_FOR_KEYS: Final = 401
_KEYS: Final[Described] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "lk_…",
        "description": "A key that python -m search keys add has made.",
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": HEADER,
        "description": "The same; it comes first where both are sent.",
    },
}
_REQUIRED: Final = (
    "The key is required where whoever runs this has set API_KEYS=required. Where people sign in"
    " every request needs a key, a sign-in or a demo link."
)
# With API_KEYS=required, and where people sign in, the first of them is not enough.
_WITH_A_KEY: Final[list[Described]] = [{}, *({name: []} for name in _KEYS)]


@lru_cache
def document() -> Described:
    """Return the document; nobody may change it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Likeness",
            "version": __version__,
            "summary": "Finds the products of a catalogue that look like a photo.",
        },
        "security": [{}],
        "servers": [{"url": "..", "description": "The app that this document comes from."}],
        "paths": {
            "/api/search-by-image": {"post": _by_image()},
            "/api/search": {"post": _by_product()},
            "/api/searches/{id}": {"get": _show()},
            "/api/threshold": {"get": _threshold()},
            "/api/openapi.json": {"get": _itself()},
            "/healthz": {"get": _healthz()},
            "/readyz": {"get": _readyz()},
        },
        "components": {
            "securitySchemes": _KEYS,
            "schemas": schemas(),
            "responses": {str(status): _failure(status) for status in _FAILURES},
        },
    }


def _by_image() -> Described:
    photo = {
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "description": "A PNG, JPEG, GIF, WEBP or HEIC file.",
    }
    form = {
        "type": "object",
        "required": [IMAGE],
        "properties": {IMAGE: photo, **fields(), "crop": crop()},
        "additionalProperties": False,
    }
    return {
        "operationId": "searchByImage",
        "summary": "Find the products that look like a photo",
        "description": "Parameters stand in the address or in the form, each once but filters."
        f" {_REQUIRED}",
        "security": _WITH_A_KEY,
        "parameters": _query(parameters.OF_A_PHOTO),
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": _answers("Counted", COUNTED, (400, 401, 403, 413, 415, 422, 429, 503)),
    }


def _by_product() -> Described:
    return {
        "operationId": "searchByProduct",
        "summary": "Find the products that look like one of the catalogue; no encoder is asked",
        "description": _REQUIRED,
        "security": _WITH_A_KEY,
        "parameters": _query(parameters.OF_A_PRODUCT),
        "responses": _answers("Counted", COUNTED, (400, 401, 403, 404, 413, 415, 422, 429, 503)),
    }


def _show() -> Described:
    number = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "examples": {"id": {"value": SEARCH_ID}},
    }
    return {
        "operationId": "showSearch",
        "summary": "What a search found",
        "description": _REQUIRED,
        "security": _WITH_A_KEY,
        "parameters": [number, *_query(parameters.OF_A_SEARCH)],
        "responses": _answers("Search", SHOWN, (401, 403, 404, 422, 503)),
    }


def _threshold() -> Described:
    return {
        "operationId": "showThreshold",
        "summary": "The active threshold: where similar ends",
        "description": "Where nobody signs in it is told without a key. Where people sign in it"
        " takes a key, a sign-in or a demo link; guests are not told who set it, nor why.",
        "security": _WITH_A_KEY,
        "responses": _answers("Threshold", THRESHOLD, (401, 403, 503)),
    }


def _itself() -> Described:
    described: Described = {
        "type": "object",
        "required": ["openapi", "info", "paths", "components"],
        "properties": {"openapi": {"const": "3.1.0"}},
    }
    answered = {"description": "This document.", "content": {_JSON: {"schema": described}}}
    return {
        "operationId": "describe",
        "summary": "This description; everybody may read it",
        "responses": {"200": answered},
    }


def _healthz() -> Described:
    alive = {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}}
    answered = {"description": "The process lives.", "content": {_JSON: {"schema": alive}}}
    return {
        "operationId": "healthz",
        "summary": "Whether the process lives",
        "responses": {"200": answered},
    }


def _readyz() -> Described:
    content = {_JSON: {"schema": {"$ref": "#/components/schemas/Readiness"}}}
    return {
        "operationId": "readyz",
        "summary": "Whether searches can be made now, and why not; no encoder is asked",
        "description": "Where people sign in, why not is told to operators, by key or sign-in.",
        "parameters": _query(("language",)),
        "responses": {
            "200": {"description": "They can.", "content": content},
            "503": {"description": "They cannot.", "content": content},
        },
    }


def _query(names: Iterable[str]) -> list[Described]:
    known = fields() | {"crop": crop(), "product": {"type": "integer", "minimum": 0}}
    known["product"] |= {"maximum": 10**18 - 1, "description": "The product's id."}
    return [
        {
            "name": name,
            "in": "query",
            "required": name == "product",
            "description": known[name]["description"],
            "schema": {key: part for key, part in known[name].items() if key != "description"},
        }
        for name in names
    ]


def _answers(name: str, example: Described, failures: Iterable[int]) -> Described:
    content = {_JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}, "example": example}}
    return {
        "200": {"description": "Found.", "content": content},
        **{str(status): {"$ref": f"#/components/responses/{status}"} for status in failures},
    }


def _failure(status: int) -> Described:
    content = {_JSON: {"schema": {"$ref": "#/components/schemas/Failure"}, "example": FAILED}}
    described: Described = {"description": _FAILURES[status], "content": content}
    if status == _ASKING_FOR_KEYS:
        scheme = {"description": "Bearer.", "required": True, "schema": {"type": "string"}}
        described["headers"] = {"WWW-Authenticate": scheme}
    if status in _WAITING:
        wait = {"description": "Seconds, where they are known.", "schema": {"type": "integer"}}
        described["headers"] = {"Retry-After": wait}
    return described
