"""What becomes of quests: how they are made, judged and played."""
