"""Which scale cuts best: the same photos, held out, on each of them."""

from __future__ import annotations

import math

import streamlit as st
from babel.numbers import format_decimal

from pages.parts import access
from pages.parts.tuning.choice import Choice, wish_scale
from pages.parts.tuning.work import OnProgress, outcome
from search.access.roles import Right
from search.engine import SearchEngine
from search.evaluation import Evaluation
from search.language import Language
from search.tuning.compare import ScaleResult, winner
from search.tuning.scales import Scale


def show_scales(engine: SearchEngine, choice: Choice, evaluation: Evaluation, t: Language) -> None:
    """Show the comparison once it is there; it is computed beside the page."""
    key, goals = choice.source.key, choice.goals

    def work(report: OnProgress) -> tuple[ScaleResult, ...]:
        return engine.evaluating.compare_scales(key, goals, report)

    stamp = ("scales", key, choice.source.photos, goals, choice.round)
    compared = outcome(stamp, work, t.text("threshold.comparing"))
    if compared is None:
        return
    if not compared:
        # Who may not judge is not told to.
        key = "scales_too_few" if access.may(Right.JUDGE) else "scales_too_few_here"
        st.info(t.text(f"threshold.{key}"), icon=":material/balance:")
        return
    best = winner(compared)
    verdict = _verdict(best, t)
    if best.scale is Scale.RELATIVE and (evaluation.tallies.total_matches > 0).all():
        verdict = f"{verdict} {t.text('threshold.never_empty')}"
    st.markdown(f"**{verdict}**")
    st.table(_table(compared, best, t))
    with st.container(horizontal=True):
        for result in compared:
            if result.scale != choice.scale:
                name = t.text(f"threshold.scale_name.{result.scale}")
                if st.button(t.text("threshold.look_at", name=name), key=f"look_{result.scale}"):
                    wish_scale(result.scale)
                    st.rerun()


def _verdict(best: ScaleResult, t: Language) -> str:
    if best.scale is Scale.COSINE:
        return t.text("threshold.cosine_wins")
    return t.text(
        "threshold.scale_wins",
        name=t.text(f"threshold.scale_name.{best.scale}"),
        margin=_signed(best.margin, t),
        low=_signed(best.margin_low, t),
        high=_signed(best.margin_high, t),
    )


def _table(
    compared: tuple[ScaleResult, ...], best: ScaleResult, t: Language
) -> dict[str, list[str]]:
    name, threshold, f, margin = (
        t.text(f"threshold.column.{column}") for column in ("scale", "threshold", "f", "margin")
    )
    names = [t.text(f"threshold.scale_name.{one.scale}") for one in compared]
    won = t.text("threshold.recommended")
    return {
        name: [
            f"**{said}** — {won}" if one is best else said
            for said, one in zip(names, compared, strict=True)
        ],
        threshold: [t.similarity(one.threshold) for one in compared],
        f: [figure(one.held_out.f_beta, t) for one in compared],
        margin: [_margin(one, t) for one in compared],
    }


def _margin(one: ScaleResult, t: Language) -> str:
    if one.scale is Scale.COSINE:
        return "–"
    low, high = _signed(one.margin_low, t), _signed(one.margin_high, t)
    return f"{_signed(one.margin, t)} ({low} … {high})"


def figure(value: float, t: Language) -> str:
    """Write a figure with two decimals; a dash where it is not defined."""
    return format_decimal(value, "0.00", locale=t.code) if math.isfinite(value) else "–"


def _signed(value: float, t: Language) -> str:
    sign = "+" if round(value, 3) > 0 else "\N{MINUS SIGN}" if round(value, 3) < 0 else ""
    return f"{sign}{figure(abs(value), t)}"
