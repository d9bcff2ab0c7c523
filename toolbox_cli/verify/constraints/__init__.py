"""Proof that each rule of the models bites: rows that break exactly one of them, and rows just inside."""
