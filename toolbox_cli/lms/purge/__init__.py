"""Keep what syncs wrote down of people no longer than it is needed, and forget one person."""
