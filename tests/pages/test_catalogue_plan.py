"""The catalogue page's part on how searches find the nearest."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.encoders.builtin import BuiltinEncoder
from search.planning.choosing import Advice
from search.store.store import Store
from tests.catalogues import products, unit_vectors

Open = Callable[..., AppTest]


def test_the_plan_is_said_measured_and_bettered(open_page: Open, store: Store) -> None:
    """One sentence, then a table of what was measured, and the command that makes it faster."""
    encoder = BuiltinEncoder()
    store.products.add("test", products(unit_vectors(40), space=encoder.space))
    page = open_page("catalogue", encoder).run()
    assert any("all 40 pictures" in text.value for text in page.markdown)
    assert any("Not measured yet." in text.value for text in page.markdown)
    next(b for b in page.button if b.label == "Measure the plans").click().run()
    get_engine().planning.wait()
    plans = get_engine().store.search_plans
    plans.exact_up_to, plans.fast_seconds = 10, 0.0
    page.run()
    assert not page.exception
    table = next(t.value for t in page.dataframe if "recall@50" in t.value)
    assert list(table["recall@50"]) == ["100 %"]
    assert get_engine().planning.standing().advice == (Advice.BUILD,)
    assert [code.value for code in page.code] == ["python -m search plan --build best"]
