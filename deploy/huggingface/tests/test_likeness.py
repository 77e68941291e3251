"""Likeness' own client asks the handler, in the stock container's place and in the Space."""

from __future__ import annotations

import base64
import io
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image, ImageDraw

from search.calls import Call
from search.encoders.dialects import HUGGINGFACE, HUGGINGFACE_JSON, Dialect
from search.encoders.http import HttpEncoder
from search.encoders.recording import Hooks
from search.errors import PhotoRejected, TokenRefused
from search.photo import Photo
from search.vectors import CLIP

HERE = Path(__file__).parent
MODEL = "/models/openai/clip-vit-base-patch32"
TOKEN = "a-token-of-the-tests"  # noqa: S105 - made up
DEADLINE = 60.0


@dataclass(frozen=True)
class Served:
    """A server in another process; `gate` is made when its model may be loaded."""

    url: str
    gate: Path

    def encoder(self, dialect: Dialect = HUGGINGFACE, token: str | None = TOKEN) -> HttpEncoder:
        """Return Likeness' client for it."""
        return HttpEncoder(self.url, dialect, token=token, deadline=DEADLINE)

    def post(self, body: bytes, kind: str = "image/jpeg") -> requests.Response:
        """Send a body with the token."""
        headers = {"Content-Type": kind, "Authorization": f"Bearer {TOKEN}"}
        return requests.post(self.url, body, headers=headers, timeout=DEADLINE)


def served(what: str, folder: Path, path: str, stack: ExitStack) -> Served:
    """Start a server on a socket that listens already, so that nobody comes too early."""
    listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    gate = folder / "gate"
    command = [os.environ["HF_TEST_PYTHON"], str(HERE / "serve.py"), what]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ["HF_TEST_PATH"],
        "MODEL_DIR": os.environ["HF_TEST_MODEL"],
        "SPACE_TOKEN": TOKEN,
        "HF_HUB_OFFLINE": "1",
    }
    fd = listening.fileno()
    process = subprocess.Popen([*command, str(fd), str(gate)], env=environment, pass_fds=[fd])  # noqa: S603 - ours
    stack.callback(process.wait, 30)
    stack.callback(process.terminate)
    return Served(f"http://127.0.0.1:{listening.getsockname()[1]}{path}", gate)


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the handler as the stock container does."""
    with ExitStack() as stack:
        yield served("container", tmp_path_factory.mktemp("container"), "", stack)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the Space, its model loaded."""
    with ExitStack() as stack:
        space = served("space", tmp_path_factory.mktemp("space"), MODEL, stack)
        space.gate.touch()
        space.encoder().encode(photo())
        yield space


def photo(colour: str = "darkviolet") -> Photo:
    """Draw a photo."""
    image = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(image).ellipse((20, 60, 250, 380), colour)
    return Photo(image)


class NoPhoto(Photo):
    """What arrives when something on the way breaks it."""

    @cached_property
    def jpeg(self) -> bytes:
        """Return what no decoder reads."""
        return b"no picture"


@pytest.mark.parametrize("dialect", [HUGGINGFACE, HUGGINGFACE_JSON], ids=lambda it: it.name)
def test_an_endpoint_answers_in_both_dialects(container: Served, dialect: Dialect) -> None:
    """One photo, one embedding of CLIP's space, whether it goes as bytes or as base64."""
    asked = container.encoder(dialect).encode(photo())
    other = container.encoder().encode(photo())
    assert asked.space == CLIP
    assert np.linalg.norm(asked.vector) == pytest.approx(1, abs=1e-6)
    assert np.allclose(asked.vector, other.vector, atol=1e-6)
    assert not np.allclose(asked.vector, container.encoder().encode(photo("orange")).vector)


def test_an_endpoints_sentence_reaches_the_person_who_asked(container: Served) -> None:
    """The container makes a 400 of the exception, and Likeness shows its text."""
    encoder = container.encoder(HUGGINGFACE_JSON)
    with pytest.raises(PhotoRejected) as caught:
        encoder.encode(NoPhoto(photo().image))
    assert "no picture that can be read" in str(caught.value.facts["detail"])


def test_a_space_is_waited_for_while_its_model_is_loaded(tmp_path: Path) -> None:
    """A cold start is 503 with a time, asked again, and then an embedding."""
    calls: list[Call] = []

    def hear(call: Call) -> None:
        calls.append(call)
        if call.status == 503:
            space.gate.touch()

    with ExitStack() as stack:
        space = served("space", tmp_path, MODEL, stack)
        encoder = space.encoder()
        encoder.hooks = Hooks(on_call=hear)
        assert encoder.encode(photo()).space == CLIP
        statuses = [call.status for call in calls if call.status]
        assert statuses[0] == 503
        assert statuses[-1] == 200


def test_a_loading_space_says_how_long(tmp_path: Path) -> None:
    """In the founding protocol's words; its health says the same."""
    with ExitStack() as stack:
        space = served("space", tmp_path, MODEL, stack)
        waking = space.post(photo().jpeg)
        health = requests.get(space.url.replace(MODEL, "/health"), timeout=DEADLINE)
        assert waking.status_code == health.status_code == 503
        assert "currently loading" in waking.json()["error"]
        assert waking.json()["estimated_time"] > 0


def test_a_space_gives_what_the_endpoint_gives(space: Served, container: Served) -> None:
    """It runs the same handler, and its root answers as the model's address does."""
    there, here = (server.encoder().encode(photo()) for server in (container, space))
    assert np.allclose(there.vector, here.vector, atol=1e-6)
    root = Served(space.url.replace(MODEL, ""), space.gate).encoder(HUGGINGFACE_JSON)
    assert np.allclose(root.encode(photo()).vector, here.vector, atol=1e-6)
    assert requests.get(space.url.replace(MODEL, "/health"), timeout=DEADLINE).status_code == 200


@pytest.mark.parametrize("token", [None, "another-token", TOKEN[:-1]])
def test_a_space_lets_in_who_shows_the_token(space: Served, token: str | None) -> None:
    """Without it, or with another, Likeness says that the token was refused."""
    with pytest.raises(TokenRefused):
        space.encoder(token=token).encode(photo())


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (413, b"\xff\xd8" + bytes(10_000_001), "image/jpeg"),
        (413, bytes(20_000_001), "image/jpeg"),
        (415, b"hello", "text/plain"),
        (415, b"--x", "multipart/form-data; boundary=x"),
        (422, b"", "image/jpeg"),
        (422, b"no picture", "application/octet-stream"),
        (422, b"[1", "application/json"),
        (422, b'{"inputs": []}', "application/json"),
    ],
)
def test_a_space_says_why_it_refuses(space: Served, status: int, body: bytes, kind: str) -> None:
    """Each with a status of its own and one sentence."""
    answer = space.post(body, kind)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


def test_another_address_is_told_so_in_the_same_form(space: Served) -> None:
    """Likeness shows what stands under `error`."""
    answer = requests.post(space.url + "-14", b"", timeout=DEADLINE)
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


def test_a_space_takes_several_at_once(space: Served) -> None:
    """Visitors come together; each gets the embedding of the own photo."""
    colours = ["red", "green", "blue", "black"]
    alone = [space.encoder().encode(photo(colour)).vector for colour in colours]
    together: dict[str, np.ndarray] = {}

    def ask(colour: str) -> None:
        together[colour] = space.encoder().encode(photo(colour)).vector

    threads = [threading.Thread(target=ask, args=(colour,)) for colour in colours]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(
        np.allclose(together[colour], vector, atol=1e-6)
        for colour, vector in zip(colours, alone, strict=True)
    )


def test_a_space_reads_a_list(space: Served) -> None:
    """Several pictures in one request are one list a picture, in their order."""
    buffer = io.BytesIO()
    Image.new("RGB", (50, 50), "teal").save(buffer, "PNG")
    teal = base64.b64encode(buffer.getvalue()).decode()
    answer = requests.post(
        space.url,
        json={"inputs": [teal, {"image": teal}]},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=DEADLINE,
    ).json()
    assert [len(numbers) for numbers in answer] == [512, 512]
