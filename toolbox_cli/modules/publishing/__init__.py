"""Modules are published and archived, each with what guards it."""
