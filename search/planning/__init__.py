"""How the nearest pictures are found: what there is, what it is worth, which plan follows."""
