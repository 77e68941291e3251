"""The chart library, served from the installed package: nothing comes from another host."""

from __future__ import annotations

import gzip
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

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
    packed = await to_thread.run_sync(pack_plotly)
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(packed, media_type="text/javascript", headers=headers)
    return Response(gzip.decompress(packed), media_type="text/javascript", headers=headers)


@lru_cache(maxsize=1)
def pack_plotly() -> bytes:
    """Read the script and pack it, once: 4.8 MB become 1.5."""
    # Found and not imported: the package would bring all its figure classes along.
    package = find_spec("plotly")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package plotly is not installed")
    folder = Path(package.submodule_search_locations[0])
    return gzip.compress((folder / "package_data" / "plotly.min.js").read_bytes())
