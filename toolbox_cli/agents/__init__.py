"""Agents that make complete lessons, and the tasks that they work on."""
