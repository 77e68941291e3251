"""The page's figures are the command's."""

from __future__ import annotations

import pytest

from pages.parts.evidence.payload import payload
from pages.parts.tuning.translation import to_evidence
from search.encoders.builtin import BuiltinEncoder
from search.engine import SearchEngine
from search.report import as_json
from search.settings import Settings
from search.store.store import Store
from search.tuning.recommend import Goals
from search.tuning.scales import THRESHOLDS, Scale


def test_page_and_command_agree_to_the_last_digit(store: Store, settings: Settings) -> None:
    """At every line precision, recall and F1, and every recommendation, are the same numbers."""
    engine = SearchEngine(settings, store, BuiltinEncoder())
    engine.load_demo()
    key = engine.evaluating.sets()[0].key
    engine.evaluating.count(key, Scale.COSINE, lambda _: None)
    found = engine.evaluating.evaluate(key, Scale.COSINE, Goals())
    found = engine.evaluating.advise(found, lambda _: None)
    page = payload(to_evidence(found, "stamp", {}))["judged"]
    for place, line in enumerate(THRESHOLDS):
        command = as_json(found, float(line))["at_threshold"]
        for name in ("precision", "recall", "f_beta"):
            assert page[name][place] == command[name]
    command = as_json(found, 0.3)
    for shown, told in zip(page["advised"]["advice"], command["recommendations"], strict=True):
        assert shown["rule"] == told["rule"]
        assert (shown["threshold"] is None) == (told["threshold"] is None)
        if told["threshold"] is not None:
            assert shown["threshold"] == pytest.approx(100 * told["threshold"])
            assert shown["held_out"]["precision"] == told["held_out"]["precision"]
            assert shown["held_out"]["recall"] == told["held_out"]["recall"]
    engine.close()
