"""From a request to a lesson that can be used: who does what, in which order, and what is kept of it.

asking      what a workflow is given, and how it is submitted
tasks       the types of tasks and what passes between them
planning    the supervisor's decisions: pure
steps       what each type of task computes, in a process without a database
storing     what each leaves in the database, in the transaction that completes it
"""
