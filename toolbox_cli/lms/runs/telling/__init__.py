"""What a run did, told so that a person can read it: field by field, as CSV, as a page."""
