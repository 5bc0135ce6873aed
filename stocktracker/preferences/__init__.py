"""What each person decides about how the product looks and speaks to them."""
