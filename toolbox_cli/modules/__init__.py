"""Training modules: from authors' files into the database, and back."""
