"""Choosing where "similar" ends: pure functions over what a search returned."""
