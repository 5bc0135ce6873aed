"""What history looks like."""
