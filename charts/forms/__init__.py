"""Forms of the charts app."""
