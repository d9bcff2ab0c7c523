"""From files to modules: every fault of every file with its place, nothing else."""
