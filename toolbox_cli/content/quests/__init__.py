"""Quests: a graph is the quest, YAML is generated from it, and layout is no content."""
