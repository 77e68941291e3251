"""What becomes of what the frame over a photo sends; tests/browser sees how it is moved."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from PIL import Image

from pages.parts.aim import aim
from pages.parts.texts import FOLDER
from search.aim import WHOLE, Aim
from search.language import language
from search.original import Original

ENGLISH = language("en", FOLDER)
HALF = Aim(0, 0, 1, 0.5, 1)


@pytest.mark.parametrize(
    ("sent", "chosen"),
    [
        (str(HALF), [HALF]),
        ("nonsense", []),
        ("9:0,0,1,1", []),
        ("0,0,2,2", []),
        *((sent, []) for sent in (None, "", 5, True, 1.5, [str(HALF)], {"turns": 0}, "\ud800")),
    ],
)
def test_only_what_a_frame_can_say_is_chosen(
    monkeypatch: pytest.MonkeyPatch, sent: object, chosen: list[Aim]
) -> None:
    """Whatever a browser sends: the rest is ignored, and the frame stays open."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(aim, "_component", lambda **given: told.append(given))
    monkeypatch.setattr(st, "session_state", {"frame": SimpleNamespace(chosen=sent)})
    heard: list[Aim] = []
    aim.choose_part(
        Original(Image.new("RGB", (32, 24)), (320, 240)),
        WHOLE,
        language="en",
        texts=ENGLISH.entry("aim"),
        key="frame",
        on_chosen=heard.append,
        on_left=lambda: None,
    )
    told[-1]["on_chosen_change"]()
    assert heard == chosen
