"""What cron runs: planned syncs, one integration after the other, and how a job tells of itself."""
