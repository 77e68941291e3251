"""A row of sample photos to click."""

from pages.parts.samples.samples import samples

__all__ = ["samples"]
