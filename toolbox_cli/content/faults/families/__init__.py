"""One file a family of codes; each is found by being here, and holds `FAULTS`."""
