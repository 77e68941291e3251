"""The local model's files, and how they come from the Hugging Face Hub.

Fetched here and not by fastembed, which would sleep for 39 seconds before it says that there is no
network, and would draw progress bars into the server's output.
"""

from __future__ import annotations

import logging
from pathlib import Path

from search.errors import LocalModelUnfetched

log = logging.getLogger(__name__)

HUB_MODEL = "Qdrant/clip-ViT-B-32-vision"
# Below the data folder; its files may be copied to where there is no network.
FETCHED_TO = Path("models") / "clip-ViT-B-32-vision"
FILES = ("model.onnx", "preprocessor_config.json")


def is_model_in(folder: Path) -> bool:
    """Return whether a folder has the files of a model. A fetched one is there whole or not."""
    return all((folder / name).is_file() for name in FILES)


def fetch_model(folder: Path, hub: str | None = None) -> None:
    """Fetch the model into a folder; what a broken connection left is gone on with.

    `hub` is the Hub's address; None for the usual one, which HF_ENDPOINT may name. Neither a token
    nor telemetry is sent. Raises LocalModelUnfetched.
    """
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - optional, and slow to import

    _quieten()
    log.info("fetching the model %s, 352 MB, into %s", HUB_MODEL, folder)
    try:
        snapshot_download(
            HUB_MODEL, allow_patterns=list(FILES), local_dir=folder, token=False, endpoint=hub
        )
    except Exception as error:  # of the library, of its HTTP library, of the file system
        log.warning("the model cannot be fetched: %s", error)
        raise LocalModelUnfetched(reason=_reason(error)) from error
    if not is_model_in(folder):  # it takes what lies there for an answer where there is no network
        raise LocalModelUnfetched(reason="@reasons.network_other")


def _quieten() -> None:
    """Let the library draw nothing, send no telemetry, and log as all others do."""
    from huggingface_hub import constants  # noqa: PLC0415 - optional
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415 - the same

    disable_progress_bars()
    # Its environment variable would be read too late where fastembed was imported before.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    library = logging.getLogger("huggingface_hub")
    library.handlers.clear()
    library.propagate = True


def _reason(error: Exception) -> str:
    from huggingface_hub.errors import (  # noqa: PLC0415 - optional
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    )

    told = (error, error.__cause__)
    if any(isinstance(one, OfflineModeIsEnabled) for one in told):
        return "@reasons.hub_offline"
    # An answer that is not the Hub's, as of a network's own sign-in page, fails on its content.
    answered = (HfHubHTTPError, ValueError, TypeError, LookupError)
    if any(isinstance(one, answered) for one in told):
        return "@reasons.hub_error"
    is_network = isinstance(error, (LocalEntryNotFoundError, ConnectionError, TimeoutError))
    if isinstance(error, OSError) and not is_network:
        return "@reasons.hub_folder"
    return "@reasons.network_other"
