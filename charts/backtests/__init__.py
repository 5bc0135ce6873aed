"""Backtests: what a strategy would have done with these prices. Values in, values out; no Django, no network."""
