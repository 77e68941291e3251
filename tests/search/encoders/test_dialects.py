"""Every kind of server is asked in its own words."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import numpy as np
import pytest
import requests

from search.encoders.dialects import (
    DIALECTS,
    HUGGINGFACE,
    IMMICH,
    INFINITY,
    ROBOFLOW,
    VLLM,
    Dialect,
    Question,
    dialect_named,
)
from search.encoders.http import HttpEncoder, http_encoder
from search.errors import SettingError
from search.photo import Photo
from search.settings import Settings
from search.vectors import CLIP, Embedding, VectorSpace
from tests.fake_huggingface import TOKEN, FakeHuggingFace, pixels_vector

MakeEncoder = Callable[..., HttpEncoder]

BY_NAME = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)


@BY_NAME
def test_every_dialect_gives_the_vector_of_the_photo(
    dialect: Dialect, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Whichever server a person runs, the photo's own vector comes back, in CLIP's space."""
    embedding = make_encoder(server.url, dialect=dialect).encode(photo)
    expected = Embedding.from_numbers(pixels_vector(photo.jpeg), CLIP)
    assert embedding.space == CLIP
    np.testing.assert_allclose(embedding.vector, expected.vector, rtol=1e-6)
    assert server.count == 1


@BY_NAME
def test_the_picture_arrives_byte_for_byte(
    dialect: Dialect, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """No dialect changes the JPEG that was made for the server."""
    make_encoder(server.url, dialect=dialect).encode(photo)
    body = server.received[0].body
    assert photo.jpeg in body or base64.b64encode(photo.jpeg) in body


@BY_NAME
def test_no_dialect_puts_the_token_into_the_address(
    dialect: Dialect, server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Addresses are logged by servers and proxies, so the token is never part of one."""
    make_encoder(server.url, dialect=dialect).encode(photo)
    assert TOKEN not in server.received[0].path


def test_the_founding_protocol_is_spoken_to_the_letter(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Hugging Face gets a POST of the raw bytes with a bearer token, and nothing else."""
    make_encoder().encode(photo)
    (received,) = server.received
    assert received.method == "POST"
    assert received.path == "/models/openai/clip-vit-base-patch32"
    assert received.headers["Authorization"] == f"Bearer {TOKEN}"
    assert received.headers["Content-Type"] == "image/jpeg"
    assert "Cookie" not in received.headers
    assert received.body == photo.jpeg


@pytest.mark.parametrize("dialect", [VLLM, INFINITY], ids=lambda dialect: dialect.name)
def test_a_server_of_ones_own_needs_no_token(
    dialect: Dialect, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Without a token set, none is sent."""
    with FakeHuggingFace(embed=pixels_vector) as server:
        make_encoder(server.url, dialect=dialect, token=None).encode(photo)
        assert "Authorization" not in server.received[0].headers


def test_immich_never_sees_a_token(
    server: FakeHuggingFace, make_encoder: MakeEncoder, photo: Photo
) -> None:
    """Immich knows no tokens, so a token that happens to be set stays at home."""
    make_encoder(server.url, dialect=IMMICH).encode(photo)
    (received,) = server.received
    assert "Authorization" not in received.headers
    assert TOKEN.encode() not in received.body


def test_roboflow_is_asked_for_the_model_of_the_catalogue() -> None:
    """Roboflow's default is ViT-B/16: as long, but another space."""
    body = json.loads(ROBOFLOW.ask(Question(b"jpeg", CLIP.model)).body)
    assert body["clip_version_id"] == "ViT-B-32"


def test_another_model_is_asked_for_by_its_own_name() -> None:
    """A server that serves another model hears that model's name."""
    body = json.loads(VLLM.ask(Question(b"jpeg", "acme/other-clip")).body)
    assert body["model"] == "acme/other-clip"


@pytest.mark.parametrize(
    ("dialect", "given", "address"),
    [
        (HUGGINGFACE, "https://a.test/models/m", "https://a.test/models/m"),
        (HUGGINGFACE, "https://a.test/", "https://a.test/"),
        (VLLM, "http://a.test:8000", "http://a.test:8000/v1/embeddings"),
        (VLLM, "http://a.test:8000/", "http://a.test:8000/v1/embeddings"),
        (VLLM, "http://a.test/v1", "http://a.test/v1/embeddings"),
        (VLLM, "http://a.test/v1/embeddings/", "http://a.test/v1/embeddings"),
        (VLLM, "http://a.test/clip/v1", "http://a.test/clip/v1/embeddings"),
        (INFINITY, "http://a.test/embeddings", "http://a.test/embeddings"),
        (INFINITY, "http://a.test/my-embeddings", "http://a.test/my-embeddings/embeddings"),
        (IMMICH, "http://a.test:3003", "http://a.test:3003/predict"),
        (ROBOFLOW, "https://a.test/clip", "https://a.test/clip/embed_image"),
    ],
)
def test_an_address_may_be_the_root_or_the_whole(
    dialect: Dialect, given: str, address: str
) -> None:
    """People paste a server's root or the full address of its API; both work."""
    assert dialect.address(given) == address


@pytest.mark.parametrize("name", ["vllm", "VLLM", " vllm "])
def test_a_dialect_is_found_by_its_name(name: str) -> None:
    """Case and blanks in the setting do not matter."""
    assert dialect_named(name) is VLLM


def test_an_unknown_dialect_is_named_with_the_choices() -> None:
    """A typing error in ENCODER_DIALECT is answered with what could have been meant."""
    with pytest.raises(SettingError) as caught:
        dialect_named("vlm")
    assert caught.value.facts["name"] == "ENCODER_DIALECT"
    assert caught.value.facts["given"] == "vlm"
    for dialect in DIALECTS:
        assert dialect.name in str(caught.value.facts["expected"])


@pytest.mark.parametrize(
    ("path", "body", "content_type", "status"),
    [
        ("/", b"no picture", "image/jpeg", 400),
        ("/", b"\xff\xd8\xff", "text/plain", 400),
        ("/", b'{"inputs": "text"}', "application/json", 400),
        ("/v1/embeddings", b'{"model": "clip"}', "application/json", 404),
        ("/v1/embeddings", b"[]", "application/json", 400),
        ("/embeddings", b'{"model": "m", "input": "x"}', "application/json", 422),
        ("/predict", b"", "application/json", 422),
        ("/clip/embed_image", b'{"image": {"type": "url"}}', "application/json", 422),
        ("/nowhere", b"", "image/jpeg", 404),
    ],
)
def test_the_fake_refuses_what_the_real_servers_refuse(
    path: str, body: bytes, content_type: str, status: int
) -> None:
    """The tests above mean something: a request in the wrong words gets no vector."""
    with FakeHuggingFace(embed=pixels_vector) as server:
        reply = requests.post(
            server.url + path, data=body, headers={"Content-Type": content_type}, timeout=5
        )
    assert reply.status_code == status


def test_a_model_name_of_another_space_is_not_translated() -> None:
    """Only CLIP ViT-B/32 has other names at Immich and Roboflow."""
    space = VectorSpace("acme/other-clip")
    message = IMMICH.ask(Question(b"\xff\xd8\xff", space.model))
    assert b"acme/other-clip" in message.body


@pytest.mark.parametrize(
    ("dialect", "model", "space", "asked"),
    [
        (VLLM, "clip-ViT-B-32", CLIP.model, CLIP.model),
        (IMMICH, "ViT-B-16__openai", "openai/clip-vit-base-patch16", "ViT-B-16__openai"),
        (ROBOFLOW, "ViT-B-32", CLIP.model, "ViT-B-32"),
        (ROBOFLOW, "clip-ViT-B-16@2", "openai/clip-vit-base-patch16@2", "ViT-B-16"),
        (INFINITY, "acme/other@v1.5", "acme/other@v1.5", "acme/other"),
    ],
)
def test_a_model_is_one_space_by_whichever_name(
    dialect: Dialect, model: str, space: str, asked: str
) -> None:
    """ENCODER_MODEL takes any of a model's names; the server hears the one that it knows."""
    found = dialect.space(model)
    assert str(found) == space
    assert f'"{asked}"'.encode() in dialect.ask(Question(b"jpeg", found.model)).body.replace(
        b'\\"', b'"'
    )


def test_the_setting_names_the_space_and_the_usual_address() -> None:
    """At Hugging Face's own address another model is another address, not a wrong name."""
    encoder = http_encoder(Settings(encoder_model="acme/other@2"))
    assert encoder.space == VectorSpace("acme/other", "2")
    assert encoder.address.endswith("/hf-inference/models/acme/other")
    assert http_encoder(Settings()).space == CLIP


HF_TOKEN = "hf_for_huggingface_only"
SETTINGS = {"huggingface_api_token": HF_TOKEN, "encoder_token": None, "encoder_url": None}


@pytest.mark.parametrize(
    ("choices", "host", "sent"),
    [
        ({}, "router.huggingface.co", HF_TOKEN),
        ({"encoder_url": "https://x.endpoints.huggingface.cloud"}, None, HF_TOKEN),
        ({"encoder_url": "http://127.0.0.1:8080"}, "127.0.0.1:8080", HF_TOKEN),
        (
            {"encoder_dialect": "huggingface-json", "encoder_url": "https://x.org"},
            "x.org",
            HF_TOKEN,
        ),
        ({"encoder_dialect": "vllm", "encoder_url": "https://x.org"}, "x.org", None),
        ({"encoder_dialect": "infinity", "encoder_url": "https://x.org"}, "x.org", None),
        ({"encoder_dialect": "immich", "encoder_url": "https://x.org"}, "x.org", None),
        ({"encoder_dialect": "roboflow"}, "serverless.roboflow.com", None),
    ],
)
def test_the_hugging_face_token_goes_where_its_protocol_is_spoken(
    choices: dict[str, str], host: str | None, sent: str | None
) -> None:
    """A token for Hugging Face is not given to a server of another kind."""
    encoder = http_encoder(Settings.model_validate(SETTINGS | choices))
    assert host in (None, encoder.host)
    assert (encoder._token and encoder._token.get_secret_value()) == sent


def test_a_server_of_ones_own_gets_its_own_token() -> None:
    """ENCODER_TOKEN comes before the token of Hugging Face."""
    choices = {"encoder_url": "https://clip.example.com", "encoder_token": "mine"}
    encoder = http_encoder(Settings.model_validate(SETTINGS | choices))
    assert encoder._token is not None
    assert encoder._token.get_secret_value() == "mine"


def test_a_dialect_without_a_home_wants_an_address() -> None:
    """VLLM runs where people put it, so ENCODER_URL must say where."""
    with pytest.raises(SettingError) as caught:
        http_encoder(Settings.model_validate(SETTINGS | {"encoder_dialect": "vllm"}))
    assert caught.value.facts["name"] == "ENCODER_URL"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "clip.example.com",
        "ftp://clip.example.com",
        "http://",
        "http://[::1",
        "http://host:notaport/",
        "https://user:password@clip.example.com",
        "https://clip.example.com/?api_key=abcdefgh",
        "https://clip.example.com/#part",
        "http://router.huggingface.co/models/m",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    """A wrong address is a setting to correct, and what it may hold is not printed."""
    with pytest.raises(SettingError) as caught:
        HttpEncoder(url)
    assert caught.value.facts["name"] == "ENCODER_URL"
    assert "given" not in caught.value.facts
