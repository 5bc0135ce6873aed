"""Takes docs/*.png from a running demo, whose address is the argument; CHROMIUM may name the browser."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent
PICTURES = {
    "dashboard": ({"width": 1440, "height": 900}, "light"),
    "dashboard-dark": ({"width": 1440, "height": 900}, "dark"),
    "dashboard-phone": ({"width": 390, "height": 844}, "light"),
}


def main(address: str) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (viewport, scheme) in PICTURES.items():
            page = browser.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]  # wants literal types
            page.goto(address)
            page.fill("[name=username]", "demo")
            page.fill("[name=password]", "demo")
            page.click("button:has-text('Log in')")
            page.locator("#freshness.fresh").wait_for()  # older prices are asked for by the page itself
            page.locator("#main-chart[data-ready]").wait_for()
            page.wait_for_timeout(500)  # the chart fades in
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
