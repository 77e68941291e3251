"""The searches of this browser, and what can be done with each of them."""
