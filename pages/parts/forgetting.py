"""Searches that were forgotten, in words: what is gone, and what stays because of whom."""

from __future__ import annotations

from search.entries import Forgotten, Need
from search.language import Language
from search.subject import Kind


def forgotten_said(forgotten: Forgotten, t: Language, *, are_several: bool = False) -> str:
    """Say what was deleted, a search or several with the same, and what stays, with the reason."""
    what = "forgetting.several" if are_several else "forgetting"
    if forgotten.kind is Kind.PRODUCT:
        return t.text(f"{what}.product")
    kind, needs = forgotten.kind, forgotten.needs
    if not needs:
        return t.text(f"{what}.{kind}")
    reasons = "; ".join(t.text(f"forgetting.needs.{kind}.{need}") for need in Need if need in needs)
    return f"{t.text(f'{what}.search')} {t.text(f'forgetting.stays.{kind}', reasons=reasons)}"
