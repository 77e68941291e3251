"""Choosing the part of a photo that is searched with."""
