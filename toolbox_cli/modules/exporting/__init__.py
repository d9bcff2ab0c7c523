"""Modules of the database become files again."""
