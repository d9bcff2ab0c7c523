"""What authors write: modules and quests as files, their forms, and what can be wrong with them."""
