"""What was generated, as files."""
