"""What concerns Roblox alone."""
