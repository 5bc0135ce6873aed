"""What is owned, and what it earned."""
