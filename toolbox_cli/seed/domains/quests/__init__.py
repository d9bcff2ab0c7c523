"""Parents, the quests that they make for their children, who reviews these, and who plays them.

One block is fifty families with their psychologists. Children play the quests of their own parents, public ones of the
same block, and public ones of blocks before.
"""
