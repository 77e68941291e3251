"""A list of products without a line: what a search by words found."""
