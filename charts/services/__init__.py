"""Writes of the charts app, one verb a file."""
