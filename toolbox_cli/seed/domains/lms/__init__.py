"""Schools' learning management systems: courses and assignments as they have them, and grades that go back."""
