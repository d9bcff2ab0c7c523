"""What squawk, another linter of migrations, finds: how it is run, and which of its rules are ours to follow."""
