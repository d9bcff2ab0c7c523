"""Rows that break what is not, or not yet, a constraint."""
