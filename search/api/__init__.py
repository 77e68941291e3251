"""The HTTP interface: searches, what they found, keys, health, and the description of it all."""
