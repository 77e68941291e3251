"""How each kind of goods is drawn: one module for each group."""
