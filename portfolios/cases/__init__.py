"""Self-contained cases: a portfolio with its prices as one JSON file, in and out, and the report as JSON."""
