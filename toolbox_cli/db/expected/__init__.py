"""The catalog that a platform's models stand for."""
