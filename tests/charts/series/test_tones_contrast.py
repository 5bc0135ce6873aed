"""Texts on shades of gain and loss are readable in both themes and for every choice of colours: WCAG's 4.5:1."""

import re
from functools import reduce
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[3] / "stocktracker/static/stocktracker/tokens.css").read_text()
READABLE = 4.5
THEMES = ["light", "dark", "dark of the system"]
CHOICES = ["", "red-up", "blue"]
SHADES = [f"{way}-{step}" for way in ("gain", "loss") for step in (1, 2, 3, 4)] + ["flat"]
Colour = tuple[float, ...]


def rules() -> list[tuple[str, dict[str, str]]]:
    """(selectors, declarations) in order."""
    plain = re.sub(r"/\*.*?\*/", "", TOKENS, flags=re.DOTALL)
    found = re.findall(r"([^{};]+)\{([^{}]*)\}", plain)
    return [(" ".join(who.split()), dict(re.findall(r"([\w-]+):\s*([^;]+);", what))) for who, what in found]


def variables(theme: str, choice: str, shade: str = "") -> dict[str, str]:
    applied = {":root", f'[data-gains="{choice}"]', f".{shade}"}
    if theme == "dark":
        applied.add(':root[data-theme="dark"]')
    if theme == "dark of the system":
        applied.add(':root:not([data-theme="light"])')
    applied.add(f':root[data-gains="{choice}"]')
    chosen = [what for who, what in rules() if applied & {part.strip() for part in who.split(",")}]
    return reduce(lambda known, more: known | more, chosen, {})


def colour(text: str, known: dict[str, str]) -> Colour:
    if found := re.fullmatch(r"var\((--[\w-]+)\)", text):
        return colour(known[found[1]], known)
    if found := re.fullmatch(r"color-mix\(in srgb, (\S+) (\d+)%, (\S+)\)", text):
        share = int(found[2]) / 100
        first, second = colour(found[1], known), colour(found[3], known)
        return tuple(a * share + b * (1 - share) for a, b in zip(first, second, strict=True))
    digits = text.removeprefix("#")
    whole = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return tuple(int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4))


def luminance(of: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("theme", THEMES)
def test_a_text_on_a_shade_is_readable(theme: str, choice: str, shade: str) -> None:
    known = variables(theme, choice, shade)

    assert contrast(colour(known["--on"], known), colour(known["--shade"], known)) >= READABLE


@pytest.mark.parametrize("ground", ["--surface", "--bg", "soft"])
@pytest.mark.parametrize("way", ["gain", "loss"])
@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("theme", THEMES)
def test_a_gain_and_a_loss_are_readable_where_they_stand(theme: str, choice: str, way: str, ground: str) -> None:
    known = variables(theme, choice)
    below = f"--{way}-soft" if ground == "soft" else ground

    assert contrast(colour(f"var(--{way})", known), colour(known[below], known)) >= READABLE


def test_each_choice_has_colours_of_its_own_and_red_up_is_the_usual_one_turned_round() -> None:
    pairs = [
        tuple(colour(f"var(--{way})", variables("light", choice)) for way in ("gain", "loss")) for choice in CHOICES
    ]

    usual, red_up, blue = pairs
    assert red_up == usual[::-1]
    assert len({*usual, *blue}) == 4


def test_dark_is_the_same_for_who_chose_it_and_for_whose_system_is() -> None:
    assert variables("dark", "") == variables("dark of the system", "")
