"""From the database to files and drawings."""
