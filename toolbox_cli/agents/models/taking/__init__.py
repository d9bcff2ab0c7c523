"""What of a model's answer is taken: its words and choices, never its word for it."""
