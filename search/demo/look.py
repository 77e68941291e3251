"""What a product looks like before its shape is known: its colour, its print and their inks."""

from __future__ import annotations

from dataclasses import dataclass

from search.demo.colour import distance, luminance, mix, rgb

GOODS_COLOURS = {
    "white": "#f3f2ee",
    "black": "#2a2b30",
    "red": "#d02f3b",
    "orange": "#f07f2e",
    "yellow": "#f6c22d",
    "green": "#2f8f5b",
    "turquoise": "#35b8b4",
    "blue": "#2b5fc4",
    "violet": "#7250c8",
    "pink": "#f092b4",
}

_INKS = {
    "stripes": ("#f7f1e3", "#f4b63f", "#e2563a"),
    "dots": ("#ffffff", "#ffd75e"),
    "waves": ("#123c69", "#2f86c6", "#a8dbe8"),
    "mountains": ("#22335b", "#6d86b8", "#ff9f5a", "#ffffff"),
    "leaves": ("#1f6b45", "#8fc46b"),
    "stars": ("#ffcd45", "#fff4cf"),
    "sunrise": ("#ffd166", "#f8964f", "#e4484f", "#8b2b5e"),
    "geometry": ("#e4572e", "#f7b32b", "#2e86ab", "#f7f1e3", "#2b2f55"),
    "two-tone": ("#23305a",),
}

# What takes the place of an ink that would drown in the colour of the goods: in the print's mood.
_SPARE_INKS = {
    "stripes": ("#fdf6e6", "#1d2a4d", "#2f86c6", "#e4484f"),
    "dots": ("#fdf6e6", "#1d2a4d", "#e4484f"),
    "waves": ("#f2fafc", "#0d2b52", "#7fb2d9"),
    "mountains": ("#b9c6e2", "#fdf6e6", "#3d4e80", "#101d40"),
    "leaves": ("#f1f6d8", "#c9e39b", "#0f3f2c"),
    "stars": ("#fdf6e6", "#1d2a4d", "#e4484f"),
    "sunrise": ("#fdf6e6", "#1d2a4d", "#c9376a"),
    "geometry": ("#a8dbe8", "#1f6b45", "#fdf6e6", "#8b2b5e"),
    "two-tone": ("#fdf6e6", "#f4b63f"),
}

_MIDDLE = 0.62
"""The luminance between dark goods and light ones."""

_VISIBLE = 125.0
"""The least distance between an ink and the ground it is printed on."""


@dataclass(frozen=True, slots=True)
class Look:
    """The colour of the material, and the name of the print ("plain" for none)."""

    colour: str
    print: str

    @property
    def shade(self) -> str:
        """The deep tone in which this material falls into shadow."""
        red, _, blue = rgb(self.colour)
        # Yellow goes brown in the dark, not olive.
        dark = mix("#10101c", "#5a2806", max(0.0, red - blue) / 255)
        return mix(self.colour, dark, 0.78)

    @property
    def gleam(self) -> str:
        """The tone of this material under full light."""
        return mix(self.colour, "#ffffff", 0.82)

    @property
    def dark(self) -> bool:
        """Whether light trim reads better on it than dark trim."""
        return luminance(self.colour) < _MIDDLE

    @property
    def trim(self) -> str:
        """The tone of seams, ribs and bindings in the same material."""
        return mix(self.colour, "#0d0d16", 0.28)

    @property
    def inks(self) -> tuple[str, ...]:
        """The print's inks, each replaced where it would drown in the material's colour."""
        wanted = _INKS.get(self.print, ())
        taken = [self.colour, *(ink for ink in wanted if self._shows(ink))]
        chosen = []
        for ink in wanted:
            if self._shows(ink):
                chosen.append(ink)
            else:
                chosen.append(_most_distant(_SPARE_INKS[self.print], taken))
                taken.append(chosen[-1])
        return tuple(chosen)

    def _shows(self, ink: str) -> bool:
        return distance(ink, self.colour) >= _VISIBLE


def _most_distant(spares: tuple[str, ...], rivals: list[str]) -> str:
    return max(spares, key=lambda spare: min(distance(spare, rival) for rival in rivals))
