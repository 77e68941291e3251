"""Measurements: each prints a table, compares side by side in one run, and judges nobody."""
