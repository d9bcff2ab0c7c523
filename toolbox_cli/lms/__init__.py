"""Rosters and grades of schools' own systems."""
