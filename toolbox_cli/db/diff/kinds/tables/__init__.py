"""Tables, their partitions, and views."""
