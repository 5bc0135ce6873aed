"""What things cost, and when that was true."""
