"""Conversations in which parents make quests, through the six stages of the builder."""
