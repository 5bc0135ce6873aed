"""Background work as rows: nothing asked for is ever lost."""
