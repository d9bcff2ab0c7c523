"""What a module may hold, field by field."""
