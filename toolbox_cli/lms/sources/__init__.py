"""What schools' systems have, read into our words: one adapter a system, one protocol."""
