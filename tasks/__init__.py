"""The steps a document goes through, and the pure text functions under them."""
