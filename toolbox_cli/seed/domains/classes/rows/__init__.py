"""The rows of a class, a module for each group of tables; each gives them in the order of its COLUMNS."""
