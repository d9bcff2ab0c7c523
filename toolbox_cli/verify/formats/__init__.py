"""What other programs read: JUnit for CI servers, SARIF for code scanning."""
