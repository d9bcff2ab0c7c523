"""Sending grades: one at a time, each with its outcome kept before the next."""
