"""Answer keys, found out anew from what a question says of its numbers, or from the tables of facts."""
