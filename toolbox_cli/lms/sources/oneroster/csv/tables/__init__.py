"""CSV files as columns of text, however their headers, quotes and line ends were written."""
