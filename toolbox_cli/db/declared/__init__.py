"""What the models declare, as plain values: read once, for everything that tells of the schema."""
