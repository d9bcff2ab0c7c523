"""What reading JSON lists and writing grades has in common, whatever the system."""
