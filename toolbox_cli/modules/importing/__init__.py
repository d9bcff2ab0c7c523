"""Files become modules of the database: read, planned, and loaded by set statements in one transaction."""
