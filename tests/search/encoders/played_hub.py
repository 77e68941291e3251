"""A Hugging Face Hub with one model, as far as fetching it goes."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

COMMIT = "0" * 40


class PlayedHub:
    """Use it as a context manager. `asked` has what was asked for, `headers` what came with it.

    With a `status`, every answer is that one.
    """

    def __init__(self, files: Mapping[str, bytes], *, status: int = 200) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(files, status))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self, files: Mapping[str, bytes], status: int) -> type[BaseHTTPRequestHandler]:
        hub = self
        about = {
            "id": "Qdrant/clip-ViT-B-32-vision",
            "sha": COMMIT,
            "siblings": [{"rfilename": name} for name in files],
        }
        tree = [
            {"type": "file", "path": name, "size": len(content), "oid": COMMIT}
            for name, content in files.items()
        ]

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self._answer()

            def do_GET(self) -> None:
                self.wfile.write(self._answer())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
                """Say nothing."""

            def _answer(self) -> bytes:
                hub.asked.append(f"{self.command} {self.path}")
                hub.headers.append(dict(self.headers))
                content = self._content(self.path.partition("?")[0])
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.send_header("X-Repo-Commit", COMMIT)
                self.end_headers()
                return content

            def _content(self, path: str) -> bytes:
                if path.startswith("/api/"):
                    return json.dumps(tree if "/tree/" in path else about).encode()
                return files[path.rsplit("/", 1)[1]]

        return Handler
