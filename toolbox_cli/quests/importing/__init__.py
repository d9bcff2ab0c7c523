"""From authors' files into the database, all of them or none."""
