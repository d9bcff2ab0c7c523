"""What other programs read of a verification: JUnit for CI servers."""
