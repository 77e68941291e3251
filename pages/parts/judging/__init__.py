"""What the search page and the assistant share: saying whether a product is a match."""
