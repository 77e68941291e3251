"""What the servers people run want to hear, and where their answers hold the vector.

All of them give vectors of CLIP ViT-B/32 when asked for it. The first two cannot be asked for a
model, their address is one; the others can, and some have names of their own for it:

| name               | server                                    | request                       |
|--------------------|-------------------------------------------|-------------------------------|
| `huggingface`      | Hugging Face, an Inference Endpoint       | the JPEG's bytes              |
| `huggingface-json` | an Inference Endpoint's own `handler.py`  | JSON, base64                  |
| `vllm`             | `vllm serve … --runner pooling`           | JSON, data URL, as in a chat  |
| `infinity`         | `infinity_emb v2`                         | JSON, data URL                |
| `immich`           | Immich machine-learning                   | a form with a file            |
| `roboflow`         | Roboflow, hosted or its inference server  | JSON, base64, key inside      |

`X-Scale-Up-Timeout`, with which an Inference Endpoint holds a request while it wakes, is never
sent: without it the endpoint says at once that it sleeps, so we can say so too (and asking wakes it
all the same).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3
from pydantic import SecretStr

from search.errors import SettingError
from search.vectors import CLIP, VectorSpace

# The router is where Hugging Face sends callers of the founding address, which is gone (410).
HUGGINGFACE_URL = "https://router.huggingface.co/hf-inference/models/openai/clip-vit-base-patch32"
FOUNDING_URL = "https://api-inference.huggingface.co/models/openai/clip-vit-base-patch32"
ROBOFLOW_URL = "https://serverless.roboflow.com"
_CLIP_16 = "openai/clip-vit-base-patch16"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the vector of this JPEG from this model (its canonical name)."""

    jpeg: bytes = field(repr=False)
    model: str
    token: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """The body of a POST and its headers. Both may hold a secret, so neither is ever printed."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def the_answer(answer: Any) -> Any:  # noqa: ANN401 - parsed JSON is anything
    """Take the vector out of the shapes that handlers on the Hub return.

    `[512]`, `[[512]]`, `{"embedding": …}` and `{"embeddings": …}`; anything else comes back as it
    is, for the check that follows to refuse.
    """
    if isinstance(answer, dict):
        answer = answer.get("embedding", answer.get("embeddings", answer))
    if isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], list):
        return answer[0]
    return answer


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of server is asked.

    `path` is appended to the address unless the address has it already; `pack` makes the request
    and `unpack` takes the vector out of the parsed answer; `spellings` are the server's own names
    for models, by the canonical ones; hosts under `token_hosts` answer nobody without a token;
    `url` is where the server is, with CLIP ViT-B/32, when no address is set.
    """

    name: str
    title: str
    pack: Callable[[Question], Message]
    unpack: Callable[[Any], Any] = the_answer
    path: str = ""
    url: str | None = None
    token_hosts: tuple[str, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict, hash=False)

    def ask(self, question: Question) -> Message:
        """Make the request, with the server's own name for the model."""
        model = self.spellings.get(question.model, question.model)
        return self.pack(Question(question.jpeg, model, question.token))

    def space(self, model: str) -> VectorSpace:
        """Return the space of a model that is called by any of its names, or by the server's."""
        space = VectorSpace.written(model)
        canonical = {own: name for name, own in self.spellings.items()}
        return VectorSpace.named(canonical.get(space.model, space.model), space.revision)

    def usual_url(self, model: str) -> str | None:
        """Return where the server is when no address is set; Hugging Face has one a model."""
        return self.url.replace(CLIP.model, model) if self.url else None

    def address(self, url: str) -> str:
        """Complete an address: a server's root, or already the whole of it.

        >>> VLLM.address("http://localhost:8000/v1")
        'http://localhost:8000/v1/embeddings'
        """
        root = url.rstrip("/") if self.path else url
        steps = self.path.split("/")[1:]
        for shared in range(len(steps), 0, -1):
            if root.endswith("/" + "/".join(steps[:shared])):
                return "/".join([root, *steps[shared:]])
        return root + self.path

    def needs_token(self, host: str) -> bool:
        """Tell whether this host answers nobody without a token."""
        return any(host == known or host.endswith("." + known) for known in self.token_hosts)


def dialect_named(name: str) -> Dialect:
    """Return the dialect of this name; raise SettingError when there is none."""
    for dialect in DIALECTS:
        if dialect.name == name.strip().lower():
            return dialect
    names = ", ".join(dialect.name for dialect in DIALECTS)
    raise SettingError(name="ENCODER_DIALECT", expected=f"one of {names}", given=name[:40])


def _bearer(token: SecretStr | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}


def _json(content: Mapping[str, Any], token: SecretStr | None = None) -> Message:
    body = json.dumps(content, separators=(",", ":")).encode()
    return Message(body, {"Content-Type": "application/json", **_bearer(token)})


def _base64(jpeg: bytes) -> str:
    return base64.b64encode(jpeg).decode("ascii")


def _data_url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + _base64(jpeg)


def _raw(question: Question) -> Message:
    return Message(question.jpeg, {"Content-Type": "image/jpeg", **_bearer(question.token)})


def _handler_json(question: Question) -> Message:
    return _json({"inputs": {"image": _base64(question.jpeg)}}, question.token)


def _vllm(question: Question) -> Message:
    picture = {"type": "image_url", "image_url": {"url": _data_url(question.jpeg)}}
    messages = [{"role": "user", "content": [picture]}]
    content = {"model": question.model, "messages": messages, "encoding_format": "float"}
    return _json(content, question.token)


def _infinity(question: Question) -> Message:
    pictures = [_data_url(question.jpeg)]
    content = {"model": question.model, "input": pictures, "modality": "image"}
    return _json({**content, "encoding_format": "float"}, question.token)


def _immich(question: Question) -> Message:
    """Immich knows no tokens, so none is sent to it."""
    entries = json.dumps({"clip": {"visual": {"modelName": question.model}}})
    picture = ("photo.jpg", question.jpeg, "image/jpeg")
    body, content_type = urllib3.encode_multipart_formdata(
        [("entries", entries), ("image", picture)]
    )
    return Message(body, {"Content-Type": content_type})


def _roboflow(question: Question) -> Message:
    """Put the key into the body, which the server reads too: addresses end up in logs."""
    picture = {"type": "base64", "value": _base64(question.jpeg)}
    content: dict[str, Any] = {"clip_version_id": question.model, "image": picture}
    if question.token:
        content["api_key"] = question.token.get_secret_value()
    return _json(content)


def _first_of_data(answer: Any) -> Any:  # noqa: ANN401 - parsed JSON is anything
    if isinstance(answer, dict) and isinstance(answer.get("data"), list) and answer["data"]:
        return the_answer(answer["data"][0])
    return the_answer(answer)


def _clip_in_a_string(answer: Any) -> Any:  # noqa: ANN401 - parsed JSON is anything
    """Immich writes the vector as JSON and puts that, as a string, into JSON."""
    if isinstance(answer, dict) and "clip" in answer:
        clip = answer["clip"]
        return the_answer(json.loads(clip) if isinstance(clip, str) else clip)
    return the_answer(answer)


HUGGINGFACE = Dialect(
    "huggingface", "Hugging Face", _raw, url=HUGGINGFACE_URL, token_hosts=("huggingface.co",)
)
HUGGINGFACE_JSON = Dialect("huggingface-json", "Hugging Face", _handler_json)
VLLM = Dialect("vllm", "vLLM", _vllm, _first_of_data, "/v1/embeddings")
INFINITY = Dialect("infinity", "infinity", _infinity, _first_of_data, "/embeddings")
IMMICH = Dialect(
    "immich",
    "Immich",
    _immich,
    _clip_in_a_string,
    "/predict",
    spellings={CLIP.model: "ViT-B-32__openai", _CLIP_16: "ViT-B-16__openai"},
)
ROBOFLOW = Dialect(
    "roboflow",
    "Roboflow",
    _roboflow,
    path="/clip/embed_image",
    url=ROBOFLOW_URL,
    token_hosts=("roboflow.com",),
    spellings={CLIP.model: "ViT-B-32", _CLIP_16: "ViT-B-16"},
)
DIALECTS = (HUGGINGFACE, HUGGINGFACE_JSON, VLLM, INFINITY, IMMICH, ROBOFLOW)
