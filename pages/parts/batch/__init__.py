"""Several photos at once: where they come in, what they cost, how far they are, what was found."""
