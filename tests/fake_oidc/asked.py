"""A request to the provider, and what it may answer."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: its path, and what stands in its address and its form."""

    method: str
    address: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False, default=b"")

    @property
    def path(self) -> str:
        """The path alone."""
        return urlsplit(self.address).path

    @property
    def query(self) -> dict[str, str]:
        """What stands in the address."""
        return dict(parse_qsl(urlsplit(self.address).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """What was sent as a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def client(self) -> tuple[str, str]:
        """Id and secret of whoever asks, by HTTP Basic or in the form."""
        kind, _, told = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            name, _, secret = b64decode(told).decode().partition(":")
            return unquote(name), unquote(secret)
        return self.form.get("client_id", ""), self.form.get("client_secret", "")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its status, its content, and where it leads."""

    status: int
    content: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    location: str = ""


def as_json(content: Any, status: int = 200) -> Said:  # noqa: ANN401 - what JSON can say
    """Answer with JSON."""
    return Said(status, json.dumps(content).encode(), "application/json")


def as_page(html: str, status: int = 200) -> Said:
    """Answer with a page."""
    return Said(status, f"<!doctype html>{html}".encode(), "text/html; charset=utf-8")


def lead(address: str, **told: str) -> Said:
    """Lead somewhere, with parameters."""
    query = urlencode({name: value for name, value in told.items() if value})
    return Said(302, location=f"{address}?{query}" if query else address)


def refuse(error: str, description: str = "", status: int = 400) -> Said:
    """Answer with an error of OAuth's."""
    return as_json({"error": error, "error_description": description}, status)
