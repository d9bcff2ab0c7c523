"""One module a kind of object: what mends it, as steps."""
