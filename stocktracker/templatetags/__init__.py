"""Template filters of the product."""
