"""`toolbox quests`: quests from authors' files and back, and what becomes of them."""
