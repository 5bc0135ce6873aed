"""Sparklines: a few closes as the points of an SVG polyline."""

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 92.0, 28.0, 2.0  # of the viewBox in charts/_spark.html


def sparkline_points(closes: Sequence[float]) -> str:
    """Points «x,y x,y …» across the whole width, the lowest close at the bottom; empty for fewer than two."""
    if len(closes) < 2:  # noqa: PLR2004 — a line needs two points
        return ""
    low, high = min(closes), max(closes)
    scale = (HEIGHT - 2 * MARGIN) / (high - low) if high > low else 0.0
    step = WIDTH / (len(closes) - 1)
    base = HEIGHT - MARGIN if scale else HEIGHT / 2
    return " ".join(f"{i * step:.1f},{base - (close - low) * scale:.1f}" for i, close in enumerate(closes))
