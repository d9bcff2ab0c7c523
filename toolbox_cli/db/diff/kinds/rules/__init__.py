"""What holds or finds rows: constraints, indexes, statistics."""
