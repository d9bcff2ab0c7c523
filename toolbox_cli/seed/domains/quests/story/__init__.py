"""Stories that parents tell: what happens in them, as graphs, as YAML, and as the content that a review is bound to."""
