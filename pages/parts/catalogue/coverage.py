"""How much of the catalogue can be searched."""

from __future__ import annotations

import streamlit as st

from pages.parts.catalogue.encoder_name import encoder_name
from search.engine import Coverage, SearchEngine
from search.language import Language


def show_coverage(engine: SearchEngine, coverage: Coverage, t: Language) -> None:
    """Show the figures and the encoder whose space they belong to."""
    products, pictures, indexed = st.columns(3)
    products.metric(t.text("catalogue.products"), t.value(coverage.products), border=True)
    pictures.metric(t.text("catalogue.pictures"), t.value(coverage.pictures), border=True)
    indexed.metric(t.text("catalogue.indexed"), t.value(coverage.indexed), border=True)
    st.caption(
        t.text(
            "catalogue.encoder",
            name=encoder_name(engine.encoder.name, t),
            space=str(coverage.space),
        )
    )
