"""Proof that every index serves the queries it is declared for, and that none is broken, missing or superfluous."""
