"""What people, services and agents of the learning platform do beside lessons."""
