"""Monthly partitions of a table: which there are, and how more are made."""
