"""Reads that answer a page each: what is stored, at the latest prices, in the order it is shown. Nothing works here."""
