"""Add an integration: what is said is checked, the secret read, and the row written."""
