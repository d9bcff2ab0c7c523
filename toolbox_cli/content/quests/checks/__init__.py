"""What can be wrong with a quest's graph, each under its code; `run.check` looks for all of it.

Each fault is told where its cause is, so that one cause makes one code: what lies behind a missing node is not told to
be unreachable too.
"""
