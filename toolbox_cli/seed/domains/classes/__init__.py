"""School classes: people, what they are taught, their sessions in Roblox, and how they did.

One block is one class. `roster.roster` gives what others need of a class without making its rows.
"""
