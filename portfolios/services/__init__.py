"""Writes of the portfolios app, one verb a file."""
