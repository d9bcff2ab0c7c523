"""Grades on their way back: results of linked assignments become grades, and grades are sent."""
