"""Modules are assigned to students, teams and universities: by name, and by rules that are run again and again."""
