"""python -m search model, where the settings have lost the active model."""

from __future__ import annotations

import pytest

from search.__main__ import main
from search.store.store import Store
from search.vectors import CLIP, VectorSpace


@pytest.mark.usefixtures("on_database")
def test_a_model_that_is_lost_is_told_after_those_that_are_there(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who looks for what happened sees the models and the history, and then what to do."""
    store.model_switches.add(VectorSpace.named("acme/clip-two"), CLIP, "Anna", "finds prints")
    assert main(["model"]) == 1
    said = capsys.readouterr()
    assert "beside: openai/clip-vit-base-patch32" in said.out
    assert "Anna: from openai/clip-vit-base-patch32 to acme/clip-two. finds prints" in said.out
    assert "Searches are made with acme/clip-two since Anna switched to it" in said.err
