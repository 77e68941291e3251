"""The dialects from the server's side: a request is read as strictly as the real servers do."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from tests.fake_huggingface.exchange import Exchange, Received

MODEL = "openai/clip-vit-base-patch32"
JPEG_MAGIC = b"\xff\xd8\xff"

Numbers = Sequence[float]
# Reads the JPEG out of a request, and writes the vector as the server would.
Protocol = tuple[Callable[[Received], bytes], Callable[[Numbers], Any]]


class BadRequestError(Exception):
    """The real server would not take this request: `status` and what it would say."""

    def __init__(self, status: int, content: object) -> None:
        super().__init__(status)
        self.status = status
        self.content = content


def answer(exchange: Exchange) -> None:
    """Answer a request in whichever dialect it came."""
    try:
        read, write = _protocol(exchange.received)
        jpeg = _jpeg(read(exchange.received))
    except BadRequestError as error:
        exchange.reply(error.status, error.content)
        return
    exchange.reply(200, write([float(number) for number in exchange.embed(jpeg)]))


def _jpeg(picture: bytes) -> bytes:
    if not picture.startswith(JPEG_MAGIC):
        raise BadRequestError(400, {"error": "cannot identify image file"})
    return picture


def _protocol(received: Received) -> Protocol:
    path = received.path.partition("?")[0].rstrip("/")
    if received.method != "POST":
        raise BadRequestError(405, {"detail": "Method Not Allowed"})
    if path in _PATHS:
        return _PATHS[path]
    if path in ("", f"/models/{MODEL}", f"/hf-inference/models/{MODEL}"):
        as_json = received.content_type == "application/json"
        return (_endpoint_json, _embeddings_flat) if as_json else (_endpoint_bytes, list)
    raise BadRequestError(404, "Not Found")


def _endpoint_bytes(received: Received) -> bytes:
    """Take an Inference Endpoint's raw body: its toolkit reads pictures of these types only."""
    if received.content_type not in ("image/jpeg", "image/png", "image/webp"):
        content_type = received.headers.get("Content-Type")
        raise BadRequestError(400, {"error": f'Content type "{content_type}" not supported.'})
    return received.body


def _endpoint_json(received: Received) -> bytes:
    content = _object(received, 400)
    inputs = content.get("inputs")
    if not isinstance(inputs, dict) or not isinstance(inputs.get("image"), str):
        raise BadRequestError(400, {"error": "'inputs'"})
    return _decoded(inputs["image"], 400)


def _vllm(received: Received) -> bytes:
    content = _object(received, 400)
    if content.get("model") != MODEL:
        message = f"The model `{content.get('model')}` does not exist."
        raise BadRequestError(404, {"error": {"message": message, "code": 404}})
    match content:
        case {
            "messages": [
                {
                    "role": "user",
                    "content": [{"type": "image_url", "image_url": {"url": str(url)}}],
                }
            ],
            "encoding_format": "float",
        }:
            return _from_data_url(url, 400)
    raise BadRequestError(400, {"error": {"message": "validation error", "code": 400}})


def _infinity(received: Received) -> bytes:
    content = _object(received, 422)
    match content:
        case {"model": str(model), "input": [str(url)], "modality": "image"}:
            if model != MODEL:
                raise BadRequestError(400, {"error": {"message": f"Invalid model: {model}"}})
            return _from_data_url(url, 422)
    missing = [{"loc": ["body", "input"], "msg": "Field required", "type": "missing"}]
    raise BadRequestError(422, {"detail": missing})


def _immich(received: Received) -> bytes:
    form = _form(received)
    try:
        entries = json.loads(form["entries"])
        model = entries["clip"]["visual"]["modelName"]
    except (KeyError, ValueError, TypeError):
        raise BadRequestError(422, {"detail": "Invalid request format."}) from None
    if model != "ViT-B-32__openai":
        raise BadRequestError(500, "Internal Server Error")
    if "image" not in form:
        raise BadRequestError(400, {"detail": "Either image or text must be provided"})
    return form["image"]


def _roboflow(received: Received) -> bytes:
    content = _object(received, 422)
    match content:
        case {"image": {"type": "base64", "value": str(value)}, "clip_version_id": "ViT-B-32"}:
            return _decoded(value, 400)
    raise BadRequestError(422, {"detail": [{"msg": "Field required"}]})


def _object(received: Received, status: int) -> Mapping[str, Any]:
    try:
        content = json.loads(received.body)
    except ValueError:
        content = None
    if received.content_type != "application/json" or not isinstance(content, dict):
        raise BadRequestError(status, {"error": "The body is no JSON object"})
    return content


def _form(received: Received) -> dict[str, bytes]:
    head = f"Content-Type: {received.headers.get('Content-Type', '')}\r\n\r\n".encode()
    message: Message = BytesParser(policy=HTTP).parsebytes(head + received.body)
    if message.get_content_type() != "multipart/form-data":
        raise BadRequestError(422, {"detail": [{"msg": "Field required"}]})
    form = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            form[name] = payload
    return form


def _from_data_url(url: str, status: int) -> bytes:
    head, _, data = url.partition(",")
    if head != "data:image/jpeg;base64":
        raise BadRequestError(status, {"error": {"message": "no data URL of a picture"}})
    return _decoded(data, status)


def _decoded(data: str, status: int) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise BadRequestError(status, {"error": "Incorrect padding"}) from None


def _embeddings_flat(numbers: Numbers) -> Any:  # noqa: ANN401 - JSON
    return {"embeddings": list(numbers)}


def _embeddings_nested(numbers: Numbers) -> Any:  # noqa: ANN401 - JSON
    return {"embeddings": [list(numbers)], "time": 0.01}


def _openai_list(numbers: Numbers) -> Any:  # noqa: ANN401 - JSON
    data = [{"object": "embedding", "index": 0, "embedding": list(numbers)}]
    return {"object": "list", "model": MODEL, "data": data, "usage": {"total_tokens": 50}}


def _clip_string(numbers: Numbers) -> Any:  # noqa: ANN401 - JSON
    return {"clip": json.dumps(list(numbers)), "imageHeight": 448, "imageWidth": 448}


_PATHS: dict[str, Protocol] = {
    "/v1/embeddings": (_vllm, _openai_list),
    "/embeddings": (_infinity, _openai_list),
    "/predict": (_immich, _clip_string),
    "/clip/embed_image": (_roboflow, _embeddings_nested),
}


def token_in(received: Received) -> str | None:
    """Return the token that a request carries: in its header, or Roboflow's in its body."""
    scheme, _, token = received.headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer":
        return token
    if received.path.startswith("/clip/"):
        key = _object(received, 422).get("api_key")
        return key if isinstance(key, str) else None
    return None
