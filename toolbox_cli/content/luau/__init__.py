"""Luau scripts, looked at before they run: source in, `Scan` out; no files, no database, nothing executed."""
