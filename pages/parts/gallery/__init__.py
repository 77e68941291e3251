"""Photos beside the products that were, or would be, shown for them."""
