"""Rows stream into tables, and what came in is recorded."""
