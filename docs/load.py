"""Measures pages of a running demo with Chromium: bytes over the wire, first paint and chart, cold and cached.

Arguments: the address, and the simulated market's (YAHOO_PROXY of the data folder's up.json) to count its requests.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from playwright.sync_api import Browser, CDPSession, Page, StorageState, sync_playwright

from pricing.simulator.control import Market

PAGES = {
    "dashboard": "", "holdings": "holdings/", "instrument": "instruments/NVDA/", "activity": "activity/",
    "performance": "performance/", "income": "income/", "allocation": "allocation/", "watchlist": "/watchlist/",
    "jobs": "/jobs/",
}  # fmt: skip
TIMES, SLOWER = 5, 4  # visits of each page; how much slower a phone's processor is
WATCH = """new MutationObserver(() => {
  if (!window.chartReady && document.querySelector('.chart[data-ready]')) window.chartReady = performance.now();
}).observe(document, { subtree: true, childList: true, attributeFilter: ['data-ready'] });"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass
class Visit:
    page: str
    rate: int  # by which the processor is slowed down
    cached: bool
    sizes: dict[str, int] = field(default_factory=dict)  # bytes over the wire of each address
    painted: float = 0.0  # ms after the start of the navigation, as the next
    chart: float = 0.0  # 0: it has none

    @property
    def size(self) -> int:
        return sum(self.sizes.values())


def look(page: Page, session: CDPSession, address: str, visit: Visit) -> Visit:
    names: dict[str, str] = {}
    session.on("Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda told: visit.sizes.update({names.get(told["requestId"], "?"): int(told["encodedDataLength"])}),
    )
    page.goto(address, wait_until="networkidle")
    if page.locator("[data-chart]").count():
        page.locator(".chart[data-ready]").wait_for()
        visit.chart = page.evaluate("window.chartReady ?? 0")
    visit.painted = page.evaluate(PAINTED)
    return visit


def visits(browser: Browser, signed_in: StorageState, addresses: dict[str, str]) -> Iterator[Visit]:
    """In turns, each with an empty cache and then again."""
    for _ in range(TIMES):
        for name, address in addresses.items():
            for rate in (1, SLOWER):
                context = browser.new_context(storage_state=signed_in, viewport={"width": 1440, "height": 900})
                context.add_init_script(WATCH)
                for cached in (False, True):
                    page = context.new_page()
                    session = context.new_cdp_session(page)
                    session.send("Network.enable")
                    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
                    yield look(page, session, address, Visit(name, rate, cached))
                    page.close()
                context.close()


def table(found: list[Visit]) -> Iterator[str]:
    yield f"| page | first visit, kB | after, kB | painted, ms | chart, ms | × {SLOWER}: painted | × {SLOWER}: chart |"
    yield "|---|---|---|---|---|---|---|"
    for name, of_page in groupby(sorted(found, key=attrgetter("page")), key=attrgetter("page")):
        all_of_it = list(of_page)
        first, again = ([v.size / 1000 for v in all_of_it if v.cached is cached] for cached in (False, True))
        times = [
            " · ".join(_median([getattr(v, what) for v in at_rate if v.cached is cached]) for cached in (False, True))
            for at_rate in ([v for v in all_of_it if v.rate == rate] for rate in (1, SLOWER))
            for what in ("painted", "chart")
        ]
        yield f"| {name} | {statistics.median(first):.1f} | {statistics.median(again):.1f} | {' | '.join(times)} |"


def _median(values: list[float]) -> str:
    return f"{statistics.median(values):.0f}" if any(values) else "–"


def heaviest(found: list[Visit]) -> Iterator[str]:
    sizes = {address: size for visit in found if not visit.cached for address, size in visit.sizes.items()}
    for address, size in sorted(sizes.items(), key=lambda row: -row[1])[:12]:
        yield f"{size:8d} {address}"


def asked(market: str) -> int:
    return Market(market, "").traffic()["requests"] if market else 0


def main(address: str, market: str = "") -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{address}/login/")
        page.fill("[name=username]", "demo")
        page.fill("[name=password]", "demo")
        page.click("button:has-text('Log in')")
        page.wait_for_url("**/portfolios/*/")
        home, signed_in = page.url, page.context.storage_state()
        page.context.close()
        before = asked(market)
        addresses = {name: address + path if path.startswith("/") else home + path for name, path in PAGES.items()}
        found = list(visits(browser, signed_in, addresses))
        lines = [*table(found), f"Requests to the market meanwhile: {asked(market) - before}", *heaviest(found)]
        sys.stdout.write("\n".join(lines) + "\n")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
