"""The component that shows sample photos as buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.parts.judging.judging import read_parts, read_scripts

_KEY = "samples"

_component = st.components.v2.component(
    "likeness_samples",
    html='<div class="samples" role="group"></div>',
    css=read_parts("samples/samples.css"),
    js=read_scripts("samples/samples.js"),
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
