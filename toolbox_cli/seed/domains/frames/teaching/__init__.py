"""What there is to learn at a university: modules that all share, and those of its own faculty."""
