"""Rows made from a seed alone: the same anywhere, in any number of processes."""
