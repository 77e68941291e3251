"""Which photos ship with the demo: varied in kind, colour, print and place."""

from __future__ import annotations

from dataclasses import dataclass

from search.demo.catalogue import DemoProduct


@dataclass(frozen=True, slots=True)
class Choice:
    """A sample: its key, the product it shows and the seed of its photo."""

    key: str
    kind: str
    colour: str
    print: str
    seed: int

    def of(self, products: tuple[DemoProduct, ...]) -> DemoProduct:
        """Find the product."""
        wanted = (self.kind, self.colour, self.print)
        return next(p for p in products if (p.kind, p.colour, p.print) == wanted)


CHOICES = (
    Choice("mug", "mug", "yellow", "mountains", 1),
    Choice("backpack", "backpack", "blue", "geometry", 1),
    Choice("umbrella", "umbrella", "red", "dots", 1),
    Choice("t-shirt", "t-shirt", "white", "sunrise", 1),
    Choice("notebook", "notebook", "violet", "mountains", 1),
    Choice("bottle", "bottle", "green", "stripes", 1),
    Choice("tote", "tote", "turquoise", "leaves", 1),
    Choice("cap", "cap", "black", "stripes", 1),
    Choice("cushion", "cushion", "pink", "leaves", 1),
    Choice("wall-clock", "wall-clock", "orange", "sunrise", 1),
    Choice("power-bank", "power-bank", "green", "waves", 1),
    Choice("badge", "badge", "red", "stars", 1),
)
