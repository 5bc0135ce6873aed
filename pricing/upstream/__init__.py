"""The boundary to the source of prices: what it can do, how it can fail, when to leave it alone. No Django."""
