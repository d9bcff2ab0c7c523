"""How students work through modules, and what that leaves in the tables."""
