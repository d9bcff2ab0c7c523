"""Messages to a person when a run was held or failed; there is nothing personal in them."""
