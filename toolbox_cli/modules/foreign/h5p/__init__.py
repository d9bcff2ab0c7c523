"""H5P: activities as JSON, each with the programs that show it, which are left alone.

Source: https://h5p.org/documentation, "The .h5p specification" and "Semantics"; packages that H5P's editor writes.
"""
