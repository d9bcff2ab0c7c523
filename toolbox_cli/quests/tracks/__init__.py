"""How far parents came on their recovery tracks."""
