"""Integrations: which schools' systems are connected, and how."""
