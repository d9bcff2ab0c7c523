"""Signals of the learning platform: from measurements and progress."""
