"""What parts a live schema from how it should be: each cause once, and nothing that only reads otherwise."""
