"""What modules there are, what each holds, and what differs."""
