"""A person judges what agents made, before it is deployed."""
