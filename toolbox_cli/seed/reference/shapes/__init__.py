"""What the files of reference data hold, and which rows it becomes."""
