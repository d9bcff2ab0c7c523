"""Where in a revision's file a piece of its SQL is written."""
