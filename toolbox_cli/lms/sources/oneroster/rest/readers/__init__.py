"""What the rows of each list mean."""
