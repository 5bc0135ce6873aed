"""Daily history, returns and risk in numpy; knows no Django."""
