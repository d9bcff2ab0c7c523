"""Folders and zip files that somebody else filled, read by one interface and never unpacked."""
