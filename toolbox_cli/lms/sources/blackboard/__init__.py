"""Blackboard Learn, by its public REST interface."""
