"""Parents and psychologists: who they are, what they work on themselves, how they talk of a quest."""
