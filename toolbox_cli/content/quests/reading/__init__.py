"""Graphs from React Flow's JSON, and from YAML as we write it; all that is wrong is told at once."""
