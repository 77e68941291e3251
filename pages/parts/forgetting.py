"""A search that was forgotten, in words: what is gone, and what stays because of whom."""

from __future__ import annotations

from search.entries import Forgotten, Need
from search.language import Language
from search.subject import Kind


def forgotten_said(forgotten: Forgotten, t: Language) -> str:
    """Say what was deleted, and what stays, with the reason."""
    if forgotten.kind is Kind.PRODUCT:
        return t.text("forgetting.product")
    kind, needs = forgotten.kind, forgotten.needs
    if not needs:
        return t.text(f"forgetting.{kind}")
    reasons = "; ".join(t.text(f"forgetting.needs.{kind}.{need}") for need in Need if need in needs)
    return f"{t.text('forgetting.search')} {t.text(f'forgetting.stays.{kind}', reasons=reasons)}"
