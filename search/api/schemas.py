"""The JSON that the HTTP interface takes and gives, as OpenAPI 3.1 describes it."""

from __future__ import annotations

from typing import Any, Final

from search.api.parameters import MOST
from search.language import LANGUAGES
from search.tuning.scales import Scale

Described = dict[str, Any]

_TEXT: Final[Described] = {"type": "string"}
_MAYBE: Final[Described] = {"type": ["string", "null"]}
_SIMILARITY: Final[Described] = {"type": "number", "minimum": -1, "maximum": 1}
_COUNT: Final[Described] = {"type": "integer", "minimum": 0}
_NAMES: Final[Described] = {"type": "object", "additionalProperties": _TEXT}
_ID: Final[Described] = {"type": "string", "format": "uuid"}

SEARCH_ID: Final = "5f0e7b5e-3c57-4f6d-9a63-0d6a1f3d2b11"
PRODUCT: Final[Described] = {
    "id": 17,
    "article": "MUG-12",
    "name": "Blue mug",
    "names": {"en": "Blue mug", "ru": "Синяя кружка"},
    "category": "Mugs",
    "project": None,
    "price": "1490.50",
    "currency": "RUB",
    "link": "https://shop.example/mug-12",
}
COUNTED: Final[Described] = {"success": True, "search_id": SEARCH_ID, "count": 25}
SHOWN: Final[Described] = {
    **COUNTED,
    "count": 1,
    "made_at": "2026-11-29T14:05:00+00:00",
    "kind": "photo",
    "gone": 0,
    "threshold": 0.74,
    "doubtful": None,
    "scale": "cosine",
    "products": 720,
    "hits": [
        {
            "rank": 1,
            **PRODUCT,
            "similarity": 0.912345,
            "score": 0.912345,
            "is_similar": True,
            "picture": "api/pictures/17",
            "thumbnail": "api/pictures/17?size=small",
            "same": [],
        }
    ],
}
THRESHOLD: Final[Described] = {
    "value": 0.74,
    "scale": "cosine",
    "doubtful": None,
    "who": "Anna",
    "why": "Nine of ten that pass are right.",
    "set_at": "2026-11-29T14:05:00+00:00",
}
FAILED: Final[Described] = {
    "success": False,
    "error": "The file is empty. Choose the photo again.",
    "code": "photo_empty",
    "retry": False,
}


def whole(properties: Described, example: Described | None = None) -> Described:
    """Describe an object that has all of these properties, and no others."""
    described = {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }
    return described if example is None else described | {"examples": [example]}


def schemas() -> Described:
    """Return the schemas by name."""
    counted = {"success": {"const": True}, "search_id": _ID, "count": _COUNT}
    product = {
        "id": {"type": "integer"},
        "article": _TEXT,
        "name": _TEXT,
        "names": _NAMES,
        "category": _MAYBE,
        "project": _MAYBE,
        "price": {**_MAYBE, "description": "A decimal number with a point."},
        "currency": _MAYBE,
        "link": _MAYBE,
    }
    hit = {
        "rank": {"type": "integer", "minimum": 1},
        **product,
        "similarity": {**_SIMILARITY, "description": "The cosine."},
        "score": {**_SIMILARITY, "description": "The value on the search's scale."},
        "is_similar": {"type": "boolean"},
        "picture": {**_MAYBE, "description": "A path relative to the app."},
        "thumbnail": {**_MAYBE, "description": "The same in the size of a list."},
        "same": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Product"},
            "description": "Further products whose picture is practically this one.",
        },
    }
    shown = {
        **counted,
        "made_at": {"type": "string", "format": "date-time"},
        "kind": {"enum": ["photo", "photos", "product"]},
        "gone": {**_COUNT, "description": "Products found then that are no longer there."},
        "threshold": _SIMILARITY,
        "doubtful": {"type": ["number", "null"], "minimum": -1, "maximum": 1},
        "scale": {"enum": [scale.value for scale in Scale]},
        "products": {**_COUNT, "description": "How many it was compared with, as of today."},
        "hits": {"type": "array", "items": {"$ref": "#/components/schemas/Hit"}},
    }
    threshold = {
        "value": {**_SIMILARITY, "description": "From here on products are similar."},
        "scale": shown["scale"],
        "doubtful": {**shown["doubtful"], "description": "From here on they are doubtful."},
        "who": {**_TEXT, "description": "Empty for the setting's default, and for guests."},
        "why": {**_TEXT, "description": "As who."},
        "set_at": {"type": ["string", "null"], "format": "date-time"},
    }
    failed = {
        "success": {"const": False},
        "error": {**_TEXT, "description": "What happened and what to do, in the language."},
        "code": {**_TEXT, "description": "Stable; the README has all of them."},
        "retry": {"type": "boolean", "description": "Whether the same request may work later."},
    }
    part = {"ready": {"type": "boolean"}, "code": _TEXT, "sentence": _TEXT}
    encoder = whole(part)
    encoder["properties"] = {**part, "state": _TEXT}
    ready = {"ready": {"type": "boolean"}, "database": whole(part), "encoder": encoder}
    return {
        "Counted": whole(counted, COUNTED),
        "Search": whole(shown, SHOWN),
        "Hit": whole(hit),
        "Product": whole(product),
        "Threshold": whole(threshold, THRESHOLD),
        "Failure": whole(failed, FAILED),
        # Where people sign in, whoever may not see usage is told no more than that.
        "Readiness": whole(ready) | {"required": ["ready"]},
    }


def fields() -> Described:
    """Return the parameters of a search by name, each with its schema and what it is for."""
    several: Described = {"type": "array", "items": {"type": "string", "minLength": 1}}
    price: Described = {"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,2})?$"}
    return {
        "threshold": {
            **_SIMILARITY,
            "description": "Where similar ends, for this answer; without it the active threshold.",
        },
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST,
            "description": "How many products are found at most; without it RESULT_LIMIT.",
        },
        "category": {**several, "description": "Only of these: ids, or names in any language."},
        "project": {**several, "description": "Only of these projects."},
        "region": {**several, "description": "Only of these regions."},
        "lowest": {**price, "description": "The lowest price, included."},
        "highest": {**price, "description": "The highest price, included."},
        "currency": {
            "type": "string",
            "pattern": "^[A-Za-z]{3}$",
            "description": "The prices' currency, beside lowest or highest.",
        },
        "language": {
            "enum": list(LANGUAGES),
            "description": "Of sentences and names; without it as Accept-Language says, or en.",
        },
    }


def crop() -> Described:
    """Return the schema of the part of a photo that is searched with."""
    return {
        "type": "string",
        "examples": ["0.1,0.05,0.9,0.95"],
        "description": "A part: left, top, right, bottom as shares of the photo, perhaps after"
        " quarter turns and a colon.",
    }
