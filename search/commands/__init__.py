"""The commands of `python -m search`, a module each: what it takes, and what it does."""
