"""The rules, one module a family; each lists its own as `RULES`."""
