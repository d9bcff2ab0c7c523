"""Administration toolkit for the PostgreSQL databases of an education platform."""

__version__ = "0.1.0"
