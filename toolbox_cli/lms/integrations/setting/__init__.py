"""See and change how an integration differs from the usual."""
