"""Series turned into payloads and SVG; knows no Django."""
