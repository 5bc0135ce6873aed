"""Looks at a deployment's configuration and says in sentences what is wrong: pure checks, and what they look at."""
