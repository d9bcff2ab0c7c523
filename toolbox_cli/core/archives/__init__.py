"""Folders, zip files and tar files that somebody else filled, read by one interface and never unpacked."""
