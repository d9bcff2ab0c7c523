"""Quests into the public library, and out of it."""
