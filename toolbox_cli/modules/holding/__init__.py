"""Modules as the database holds them."""
