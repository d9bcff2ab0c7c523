"""GIFT, in which Moodle and others keep questions as text.

Source: https://docs.moodle.org, "GIFT format".
"""
