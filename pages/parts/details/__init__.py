"""A product looked at closely: its pictures, offers and neighbours, and why a search found it."""
