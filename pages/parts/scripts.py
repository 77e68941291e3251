"""The chart library, served from the installed package: nothing comes from another host."""

from __future__ import annotations

import gzip
from functools import lru_cache
from importlib.metadata import version

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

# The version is part of the address: what is behind it can never change.
_FOR_EVER = "public, max-age=31536000, immutable"
_NAME = f"plotly-{version('plotly')}.js"


def plotly_path() -> str:
    """Return where plotly.js is served, relative to the app; its version is in the name."""
    return f"assets/{_NAME}"


def routes() -> Router:
    """Build what is mounted at /assets."""
    return Router([Route(f"/{_NAME}", _plotly)])


async def _plotly(request: Request) -> Response:
    script, packed = await to_thread.run_sync(_read)
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(packed, media_type="text/javascript", headers=headers)
    return Response(script, media_type="text/javascript", headers=headers)


@lru_cache(maxsize=1)
def _read() -> tuple[bytes, bytes]:
    """Read the script and pack it once: 4.8 MB become 1.5."""
    # Imported when first asked for: the pages start without it. It carries no types.
    from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]  # noqa: PLC0415

    script: bytes = get_plotlyjs().encode()
    return script, gzip.compress(script)
