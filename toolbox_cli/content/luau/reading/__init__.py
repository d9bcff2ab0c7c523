"""A script from its bytes to its tree, with every name's variable."""
