"""The HTTP interface: searches, what they found, health, and the description of all of it."""
