"""What Moodle lists, each to its honest end."""
