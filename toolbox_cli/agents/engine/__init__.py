"""The engine: takes tasks of agents from the queue, has them done by processes that only compute, and keeps the record.

`agent_tasks` is the record of truth; a job of procrastinate is only the wake-up call. What a task goes through is
decided by functions of the database, one call and one commit a step, so that workers on any number of machines agree.
"""
