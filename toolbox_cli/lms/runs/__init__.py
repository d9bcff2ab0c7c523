"""What each sync did, and how to take it back."""
