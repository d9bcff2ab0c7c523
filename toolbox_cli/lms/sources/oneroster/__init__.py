"""OneRoster 1.1 and 1.2: by REST and as CSV files."""
