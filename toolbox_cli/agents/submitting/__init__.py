"""Tasks that people ask for on the command line."""
