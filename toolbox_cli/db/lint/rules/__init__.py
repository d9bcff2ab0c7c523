"""Rules of our own: what depends on the target's rows, and what squawk says nothing about."""
