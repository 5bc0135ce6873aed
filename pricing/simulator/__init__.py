"""A market on loopback that speaks Yahoo's wire over TLS: demo, tests and perf run against it."""
