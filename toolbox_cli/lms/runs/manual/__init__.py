"""What people change by hand, journaled as syncs journal."""
