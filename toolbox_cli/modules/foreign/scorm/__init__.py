"""SCORM 1.2 and 2004: a manifest over programs that run in a browser, which are kept as they are.

Source: ADL SCORM 1.2 and SCORM 2004 4th Edition, Content Aggregation Model; IEEE 1484.12.3 for metadata.
"""
