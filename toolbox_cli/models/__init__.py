"""The shared tables: one folder a platform, one file an aggregate. No I/O, no sessions."""
