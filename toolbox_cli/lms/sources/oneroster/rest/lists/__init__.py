"""Lists, read to their honest end."""
