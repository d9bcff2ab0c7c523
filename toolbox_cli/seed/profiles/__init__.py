"""What a seeding makes how much of: read from YAML, checked whole."""
