"""Schoology, by its REST interface, version 1."""
