"""Luau: values as literals, and scripts from templates."""
