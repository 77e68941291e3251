"""Postgres: the only part of Likeness that speaks SQL."""
