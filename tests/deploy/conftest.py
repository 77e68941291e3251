"""The image, built once for all tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.dockerfile import Image, build
from tests.embedded_apps import MEMORY, at_work, roomy, until


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """Build the image, in a folder that the embedded server's account can enter."""
    place = MEMORY if roomy(MEMORY) else Path("/tmp")  # noqa: S108 - a private folder in it
    folder = Path(tempfile.mkdtemp(prefix="test-likeness-image-", dir=place))
    folder.chmod(0o755)
    try:
        yield build(folder)
        until(lambda: not at_work(folder))
    finally:
        shutil.rmtree(folder)
