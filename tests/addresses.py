"""Database addresses as people write them."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict


def as_url(conninfo: str) -> str:
    """Write a conninfo as a URL, its socket folder as a parameter."""
    parts = {key: str(value) for key, value in conninfo_to_dict(conninfo).items()}
    user, password = quote(parts.pop("user")), quote(parts.pop("password"))
    name = parts.pop("dbname")
    return f"postgresql://{user}:{password}@/{name}?{urlencode(parts)}"
