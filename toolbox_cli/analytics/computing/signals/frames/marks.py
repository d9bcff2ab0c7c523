"""What single events of a module say: that somebody is in trouble, or that something is done; in half points."""

from typing import Final

BACK: Final = "interval '15 minutes'"
"""How far back an event is looked at in the light of others."""

TROUBLE: Final = """CASE
    WHEN event_type IN ('hint_used', 'error_encountered', 'retry') THEN 2
    WHEN event_type = 'solution_attempted' AND event_data ->> 'accepted' = 'false' THEN 2
    WHEN event_type = 'game_complete' AND event_data ->> 'passed' = 'false' THEN 2
    WHEN event_type = 'pause' THEN 1
    ELSE 0 END"""

DONE: Final = """CASE
    WHEN event_type IN ('section_complete', 'task_complete', 'module_complete') THEN 2
    WHEN event_type = 'game_complete' AND event_data ->> 'passed' IS DISTINCT FROM 'false' THEN 2
    WHEN event_type = 'solution_attempted' AND event_data ->> 'accepted' = 'true' THEN 2
    ELSE 0 END"""

MARKED: Final = """event_type IN ('hint_used', 'error_encountered', 'retry', 'pause', 'solution_attempted',
        'section_complete', 'task_complete', 'game_complete', 'module_complete')"""
"""The types that may give any point."""
