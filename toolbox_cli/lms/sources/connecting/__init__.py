"""What it takes to connect to a system, before any adapter is imported."""
