"""What the server runs: functions, triggers, rules, policies."""
