"""Universities: students in teams, the modules they work through, and what they did there.

One block is one university with its cohort. Its students take the modules of the reference data, and those that its
own faculty wrote.
"""
