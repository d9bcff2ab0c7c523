"""What other programs read beside JSON: SARIF for code scanning, figures for Prometheus."""
