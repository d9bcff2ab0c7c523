"""Grades on their way back: line items, found before they are made, and scores, read back."""
