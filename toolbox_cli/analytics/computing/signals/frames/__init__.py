"""Signals of the modules of frames: from events and progress."""
