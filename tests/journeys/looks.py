"""How a screen is judged: in light and dark, on a desk and on a phone, by axe and by its width."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize, expect

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"light": {"type": "tag", "values": TAGS}, "dark": {"type": "rule", "values": ["color-contrast"]}}
VIOLATIONS = "runOnly => axe.run({ runOnly, resultTypes: ['violations'] }).then((found) => found.violations)"
BEYOND = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const beyond = (one) => one.getBoundingClientRect().right > clientWidth + 1;
  const wide = [...document.body.querySelectorAll('*')].filter(beyond);
  return [`${scrollWidth} px wide`, ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 90))];
}"""
# Listened to from the first byte on; scripts that a test puts in are not bound by the page's policy.
LISTEN = """document.addEventListener('securitypolicyviolation', (refused) =>
  console.error(`policy: ${refused.violatedDirective} ${refused.blockedURI}`));"""


def drawn(page: Page) -> None:
    """When its chart is there, if it has one."""
    if page.locator("[data-chart]").count():
        expect(page.locator(".chart[data-ready]")).to_be_visible(timeout=20_000)


def faults(page: Page) -> list[str]:
    """Nothing, or what is wrong and in which look; the page is left light and on a desk.

    What is dark differs from what is light by its colours alone: there only contrasts are measured again.
    """
    page.evaluate(AXE)
    found = []
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            told = [*_broken(page.evaluate(VIOLATIONS, RULES[scheme])), *page.evaluate(BEYOND)]
            found += [f"{viewport['width']} {scheme}: {one}" for one in told]
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    return found


def _broken(violations: list[dict[str, Any]]) -> Iterator[str]:
    for rule in violations:
        for node in rule["nodes"]:
            yield f"{rule['id']}: {node['html'][:150]} {' '.join(node.get('failureSummary', '').split())[:200]}"
