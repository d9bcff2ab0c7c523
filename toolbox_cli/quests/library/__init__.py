"""What the public library offers, who took what, and what parents think of it."""
