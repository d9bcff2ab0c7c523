"""Columns of each file as records."""
