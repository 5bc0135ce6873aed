"""Commands of the shared rooms."""
