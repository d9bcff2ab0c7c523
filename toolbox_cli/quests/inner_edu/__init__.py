"""inner_edu, where children play quests: what it gets, and what it may tell."""
