"""HTML of strangers: what a lesson needs is kept, the rest is taken out and told."""
