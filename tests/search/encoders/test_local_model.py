"""Where the local model comes from, and what is said when it is not there or not CLIP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import constants

from search.encoders.hub import FETCHED_TO, FILES
from search.encoders.local import LocalEncoder
from search.errors import (
    EncoderError,
    LocalModelBroken,
    LocalModelUnfetched,
    LocalPackagesMissing,
)
from search.language import language
from search.progress import Progress, Stage
from search.vectors import CLIP
from tests.search.encoders.played_hub import PlayedHub
from tests.search.encoders.small_clip import PREPROCESSING, drawn, files, small_model, write

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def model() -> bytes:
    """Make the small model once."""
    return small_model()


@pytest.fixture(scope="module")
def folder(model: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the small model."""
    return write(tmp_path_factory.mktemp("given") / "model", model)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody look up a name or connect."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)


@pytest.mark.usefixtures("no_network")
def test_a_given_folder_is_enough(folder: Path, tmp_path: Path) -> None:
    """With LOCAL_MODEL_DIR nothing is fetched, and loading is a wait that is told of."""
    heard: list[Progress] = []
    encoder = LocalEncoder(folder, tmp_path / "models")
    encoder.encode(drawn(), heard.append)
    encoder.encode(drawn(), heard.append)
    assert [one.stage for one in heard] == [Stage.LOADING, Stage.ENCODING, Stage.ENCODING]
    assert not (tmp_path / "models").exists()


def test_the_model_is_fetched_once(
    model: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without a folder it comes from the Hub, quietly, with no token, and then stays."""
    heard: list[Progress] = []
    kept = tmp_path / FETCHED_TO
    with PlayedHub({**files(model), "README.md": b"not needed"}) as hub:
        LocalEncoder(None, kept, hub=hub.url).encode(drawn(), heard.append)
        asked = len(hub.asked)
        again = LocalEncoder(None, kept, hub=hub.url).encode(drawn(), heard.append)
        assert len(hub.asked) == asked
    assert [one.stage for one in heard] == [
        Stage.FETCHING_MODEL,
        Stage.LOADING,
        Stage.ENCODING,
        Stage.LOADING,
        Stage.ENCODING,
    ]
    assert (kept / "model.onnx").read_bytes() == model
    assert not any("README" in line for line in hub.asked)
    assert not any("authorization" in map(str.lower, headers) for headers in hub.headers)
    assert constants.HF_HUB_DISABLE_TELEMETRY
    assert capfd.readouterr() == ("", "")
    # What was fetched is what LOCAL_MODEL_DIR wants.
    given = LocalEncoder(kept, tmp_path / "never").encode(drawn())
    np.testing.assert_array_equal(again.vector, given.vector)


@pytest.mark.parametrize(
    ("status", "reason"), [(None, "@reasons.network_other"), (403, "@reasons.hub_error")]
)
def test_a_model_that_cannot_be_fetched_is_tried_again(
    model: bytes, tmp_path: Path, status: int | None, reason: str
) -> None:
    """Without a network the sentence names the way out; when it is there, it works."""
    kept = tmp_path / FETCHED_TO
    with PlayedHub(files(model), status=status or 200) as hub:
        url = hub.url
        if status is not None:
            with pytest.raises(LocalModelUnfetched) as caught:
                LocalEncoder(None, kept, hub=url).encode(drawn())
    if status is None:  # the server has gone
        with pytest.raises(LocalModelUnfetched) as caught:
            LocalEncoder(None, kept, hub=url).encode(drawn())
    assert caught.value.facts == {"reason": reason}
    assert caught.value.retry
    for code in ("en", "ru"):
        assert "LOCAL_MODEL_DIR" in language(code).error(caught.value).next
    encoder = LocalEncoder(None, kept, hub=url)
    with pytest.raises(LocalModelUnfetched):
        encoder.encode(drawn())
    kept.mkdir(parents=True, exist_ok=True)
    for name, content in files(model).items():
        (kept / name).write_bytes(content)
    assert encoder.encode(drawn()).space == CLIP


def test_a_folder_that_cannot_be_written_to_is_named(model: bytes, tmp_path: Path) -> None:
    """A disk that keeps nothing is not taken for a network that is away."""
    (tmp_path / "models").write_bytes(b"a file in the folder's place")
    with PlayedHub(files(model)) as hub, pytest.raises(LocalModelUnfetched) as caught:
        LocalEncoder(None, tmp_path / FETCHED_TO, hub=hub.url).encode(drawn())
    assert caught.value.facts == {"reason": "@reasons.hub_folder"}


@pytest.mark.parametrize("missing", [*FILES, None])
def test_a_folder_without_the_model_is_refused_at_once(
    model: bytes, tmp_path: Path, missing: str | None
) -> None:
    """A wrong LOCAL_MODEL_DIR is said when the program starts, not with the first photo."""
    given = tmp_path / "given"
    if missing is not None:
        (write(given, model) / missing).unlink()
    with pytest.raises(LocalModelBroken) as caught:
        LocalEncoder(given, tmp_path / "never")
    assert "model.onnx" in language("en").error(caught.value).what


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_said(model: bytes, tmp_path: Path, name: str) -> None:
    """Half a file is no model, whichever of the two it is of."""
    damaged = write(tmp_path / "given", model) / name
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    with pytest.raises(LocalModelBroken) as caught:
        LocalEncoder(damaged.parent, tmp_path / "never").encode(drawn())
    assert caught.value.facts == {"reason": "@reasons.local_damaged"}
    assert "повреждены" in language("ru").error(caught.value).what


def test_another_model_is_refused(tmp_path: Path) -> None:
    """Numbers that are no vector of CLIP's length are never compared with CLIP's vectors."""
    longer = LocalEncoder(write(tmp_path / "longer", small_model(768)), tmp_path)
    with pytest.raises(LocalModelBroken, match="768 numbers instead of 512"):
        longer.encode(drawn())
    blind = LocalEncoder(write(tmp_path / "blind", small_model(weight=0.0)), tmp_path)
    with pytest.raises(LocalModelBroken) as caught:
        blind.encode(drawn())
    assert caught.value.facts == {"reason": "@reasons.answer_zero"}
    other = write(tmp_path / "other", small_model())
    wider = {**PREPROCESSING, "crop_size": {"height": 336, "width": 336}}
    (other / "preprocessor_config.json").write_text(json.dumps(wider))
    with pytest.raises(LocalModelBroken) as caught:
        LocalEncoder(other, tmp_path).encode(drawn())
    assert caught.value.facts == {"reason": "@reasons.local_other"}


def test_missing_packages_are_named_with_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever chose `local` without its packages is told what to install."""
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(LocalPackagesMissing) as caught:
        LocalEncoder(folder, folder)
    for code in ("en", "ru"):
        assert "pip install -r requirements-local.txt" in language(code).error(caught.value).next


def test_packages_that_cannot_be_imported_are_missing_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A half-installed fastembed is no crash."""
    encoder = LocalEncoder(folder, folder)
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(LocalPackagesMissing):
        encoder.encode(drawn())


def test_the_app_needs_none_of_it() -> None:
    """Without fastembed everything is imported and every other encoder works."""
    script = """
import sys
for name in ("fastembed", "huggingface_hub", "loguru", "tokenizers", "tqdm"):
    sys.modules[name] = None
from search.encoders.choice import choose_encoder
from search.encoders.local import LocalEncoder
from search.engine import SearchEngine
from search.settings import Settings
print(choose_encoder(Settings(encoder="builtin")).name)
"""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "built-in"


def test_every_way_in_which_it_fails_is_an_encoders_error() -> None:
    """Whoever waits for a photo gets a sentence, as from any other encoder."""
    kinds = (LocalPackagesMissing, LocalModelUnfetched, LocalModelBroken)
    assert all(issubclass(kind, EncoderError) for kind in kinds)
