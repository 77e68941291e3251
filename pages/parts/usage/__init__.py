"""The sections of the usage page."""
