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
    Choice("backpack", "backpack", "blue", "leaves", 2),
    Choice("umbrella", "umbrella", "red", "dots", 3),
    Choice("t-shirt", "t-shirt", "white", "sunrise", 1),
    Choice("notebook", "notebook", "violet", "geometry", 4),
    Choice("bottle", "bottle", "green", "stripes", 4),
    Choice("tote", "tote", "pink", "geometry", 4),
    Choice("cap", "cap", "black", "stripes", 3),
    Choice("cushion", "cushion", "turquoise", "mountains", 2),
    Choice("wall-clock", "wall-clock", "orange", "dots", 3),
    Choice("power-bank", "power-bank", "green", "waves", 2),
    Choice("badge", "badge", "blue", "stars", 2),
)
