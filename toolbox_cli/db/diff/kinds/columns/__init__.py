"""Columns, and what is theirs alone."""
