"""Which agents an installation has, and with which limits."""
