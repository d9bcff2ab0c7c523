"""Moodle, by its web services."""
