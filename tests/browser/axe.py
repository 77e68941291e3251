"""What axe-core finds in a page, in light and dark, without carrying its whole report over.

The report names every part that passed: on a page of fifty products it takes five times as long to
carry it out of the browser as to make it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page, expect

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# axe's rules that look at colours; it has one for AAA as well, which is not what we promise.
COLOURS = ("color-contrast", "link-in-text-block")
COMPONENTS = "[data-testid^=stBidiComponent]"
# Colours pass into one another; between them they have whatever contrast. What was looked at while
# something began to pass is looked at again.
_REST = """() => Promise.allSettled(document.getAnimations()
    .filter(animation => animation instanceof CSSTransition)
    .map(transition => transition.finished))"""
_RUN = f"""async ([scope, part, only]) => {{
    const rest = {_REST};
    let report, begun;
    const count = () => {{ begun += 1; }};
    document.addEventListener("transitionrun", count, true);
    for (let look = 0; look < 5 && begun !== 0; look++) {{
        await rest();
        begun = 0;
        report = await axe.run(scope, only.length ? {{ runOnly: only }} : {{}});
    }}
    document.removeEventListener("transitionrun", count, true);
    const nodes = [...report.passes, ...report.incomplete].flatMap(rule => rule.nodes);
    return {{
        seen: nodes.filter(node => String(node.target).includes(part)).length,
        faults: report.violations.flatMap(rule => rule.nodes.slice(0, 3).map(
            node => [rule.id, node.html.slice(0, 200), node.failureSummary])),
    }};
}}"""

# Id of the rule, the element's beginning, and what is wrong with it.
Fault = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Axe:
    """axe-core's script, to be run in pages."""

    script: str

    def faults(
        self, page: Page, *scope: str, sees: str = "", only: tuple[str, ...] = ()
    ) -> list[Fault]:
        """Return what is wrong within `scope` (selectors; the components where none is given).

        `sees` is part of a selector that it must have looked at: a report on nothing is no report.
        `only` names rules to go by; all of them where it names none.
        """
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(self.script)
        report = page.evaluate(_RUN, [{"include": list(scope) or [COMPONENTS]}, sees, list(only)])
        assert report["seen"], f"axe did not look at {sees or 'anything'}"
        return [tuple(fault) for fault in report["faults"]]

    def faults_in_both(self, page: Page, *scope: str, sees: str = "") -> list[tuple[str, Fault]]:
        """Return the same for the light scheme and for the dark one, which differ in colours."""
        found: list[tuple[str, Fault]] = []
        for scheme, only in zip(SCHEMES, ((), COLOURS), strict=True):
            wear(page, scheme)
            faults = self.faults(page, *scope, sees="" if only else sees, only=only)
            found += [(scheme, fault) for fault in faults]
        return found


def wear(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Let the page be light or dark, and wait until it is."""
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("[data-testid=stApp]")).to_have_css("color-scheme", scheme)
    page.evaluate(_REST)
