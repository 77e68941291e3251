"""The catalogue page's parts."""
