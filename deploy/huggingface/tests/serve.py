"""Serves the handler to Likeness' client in tests: `python serve.py container|space FD [GATE]`.

`container` wraps it as the stock container of Inference Endpoints does; `space` runs the Space's
app, whose model is loaded when the file GATE is there. FD is a socket that listens already;
MODEL_DIR names the model.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from handler import EndpointHandler
from PIL import Image

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff")


def container() -> FastAPI:
    """Answer as the stock container: it opens pictures itself, and any exception is a 400."""
    handler = EndpointHandler(os.environ["MODEL_DIR"])
    app = FastAPI()

    @app.post("/")
    async def predict(request: Request) -> Response:
        try:
            data = deserialized(request.headers["Content-Type"], await request.body())
            answer, status = await run_in_threadpool(handler, data), 200
        except Exception as error:  # noqa: BLE001 - so does the container
            answer, status = {"error": str(error)}, 400
        return Response(json.dumps(answer), status, media_type="application/json")

    return app


def deserialized(kind: str, body: bytes) -> dict[str, Any]:
    """Make of a body what the container hands to a handler."""
    if kind == "application/json":
        return dict(json.loads(body))
    if kind not in PICTURES:
        raise ValueError(kind)
    return {"inputs": Image.open(BytesIO(body)).convert("RGB")}


def space(gate: Path) -> FastAPI:
    """Run the Space's app; its model is there when the gate is."""
    import app  # noqa: PLC0415 - the container knows nothing of it

    def make() -> Callable[..., Any]:
        while not gate.exists():
            time.sleep(0.02)
        return app.handler()

    return app.create_app(make)


if __name__ == "__main__":
    what, listening, *rest = sys.argv[1:]
    served = container() if what == "container" else space(Path(rest[0]))
    server = uvicorn.Server(uvicorn.Config(served, log_level="warning"))
    server.run(sockets=[socket.socket(fileno=int(listening))])
