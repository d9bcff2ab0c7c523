"""What was made, as files that other programs open."""
