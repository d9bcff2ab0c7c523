"""Graphs for quests from before there were graphs."""
