"""A route that draws pictures, each number another one."""

from __future__ import annotations

import math
import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route, Router

# For screenshots: a folder of JPEGs to show in place of the drawn pictures.
PHOTOS = sorted(Path(os.environ.get("LIKENESS_PHOTOS", "/nonexistent")).rglob("*.jpg"))


async def picture(request: Request) -> Response:
    """Draw a coloured shape; each number looks different."""
    number = int(request.path_params["number"])
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    if PHOTOS:
        return FileResponse(PHOTOS[number % len(PHOTOS)], headers=headers)
    hue, turn = number * 47 % 360, math.degrees(number)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320" viewBox="0 0 320 320">'
        f'<rect x="70" y="50" width="180" height="220" rx="{number * 7 % 90}"'
        f' fill="hsl({hue} 60% 55%)" transform="rotate({turn:.0f} 160 160)"/></svg>'
    )
    return Response(svg, media_type="image/svg+xml", headers=headers)


PICTURES = Mount("/pictures", app=Router(routes=[Route("/{number:int}", picture)]))
