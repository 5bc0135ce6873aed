"""Files of trades turned into rows; one small file per format."""
