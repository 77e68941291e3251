"""Models: the one that is searched with, the next one beside it, and switching between them."""
