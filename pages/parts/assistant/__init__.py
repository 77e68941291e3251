"""The assistant that deals out the pairs of photo and product which teach most when judged."""
