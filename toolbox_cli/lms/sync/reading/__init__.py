"""From a source to where set statements read it, page by page."""
