"""How tasks stand, and what became of their tries."""
