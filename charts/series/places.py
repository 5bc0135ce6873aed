"""Places in a drawing as SVG wants them: percentages as text, the same in every language."""


def place(percent: float) -> str:
    """12.3456 → 12.346%."""
    return f"{percent:.3f}%"
