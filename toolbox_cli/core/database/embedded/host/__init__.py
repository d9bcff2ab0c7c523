"""What the server needs of the operating system: an account, folders, locks."""
