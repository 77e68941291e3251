"""The component that shows sample photos as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

_FOLDER = Path(__file__).parent
_KEY = "samples"

_component = st.components.v2.component(
    "likeness_samples",
    html='<div class="samples" role="group"></div>',
    css=(_FOLDER / "samples.css").read_text("utf-8"),
    js=(_FOLDER / "samples.js").read_text("utf-8"),
)


def samples(
    offered: Sequence[tuple[str, str, str]], *, label: str, on_pick: Callable[[str], None]
) -> None:
    """Show samples, each a key, a picture's address and a caption; `on_pick` gets a key."""

    def picked() -> None:
        key = st.session_state[_KEY].picked
        if isinstance(key, str) and key in {known for known, _, _ in offered}:
            on_pick(key)

    _component(
        key=_KEY,
        data={
            "label": label,
            "samples": [{"key": k, "picture": p, "caption": c} for k, p, c in offered],
        },
        on_picked_change=picked,
    )
