"""One module a signal: its docstring is its formula, as docs/signals.md has it."""
