"""Writes of the pricing app, one verb a file."""
