"""What the pages of the charts app show, read and put in order."""
