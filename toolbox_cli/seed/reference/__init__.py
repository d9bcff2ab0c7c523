"""Data that is the same in every installation, kept in seeds/reference/ and worth loading in production too."""
