"""Signals of learning: what events and results say of how it goes, kept in the columns made for it."""
