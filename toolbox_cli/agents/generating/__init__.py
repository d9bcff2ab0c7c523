"""Whole lessons are asked for in words."""
