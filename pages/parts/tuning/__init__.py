"""The parts of the threshold page: what is chosen, what is computed, and what is shown of it."""
