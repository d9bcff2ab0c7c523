"""The sync: what a school's system has, read whole, compared as sets and applied in one transaction."""
