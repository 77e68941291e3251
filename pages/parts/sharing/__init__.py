"""The button that copies a search's address, to be sent to a colleague."""
