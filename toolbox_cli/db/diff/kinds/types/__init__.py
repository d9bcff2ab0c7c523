"""Types of our own, and sequences."""
