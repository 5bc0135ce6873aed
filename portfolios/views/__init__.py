"""Pages of the portfolios app: each reads the request, calls one thing and answers."""
