"""What an integration can be told to do differently: the one place where its settings are defined and read."""
