"""What the tasks of a workflow leave in the database, each in the transaction that completes it.

Every key is made of the task's key and of what the row is, so that nothing can stand there twice.
"""
