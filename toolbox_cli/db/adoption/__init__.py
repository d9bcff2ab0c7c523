"""Take over a database that somebody else built: find the revision that it stands at, and record it."""
