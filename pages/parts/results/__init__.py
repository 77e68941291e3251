"""The results of a search: the line, the distribution it cuts, and the products on both sides."""
