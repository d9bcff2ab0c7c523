"""What expressions are, and where their values come from."""
