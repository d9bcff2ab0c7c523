"""Open edX's OLX: a course as a tree of blocks, each in its file or in the one above it.

Source: https://docs.openedx.org, Open Learning XML guide; what exports of Studio hold.
"""
