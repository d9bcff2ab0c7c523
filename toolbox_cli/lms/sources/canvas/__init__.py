"""Canvas LMS, by its REST interface."""
