"""Tasks are done: by a worker, or one in this process; and lost ones are found."""
