"""The filters over what was found: what is chosen, and a panel to choose in."""
