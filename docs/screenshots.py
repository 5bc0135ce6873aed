"""Takes docs/screens/*.png from a running demo, whose address is the argument; CHROMIUM may name the browser."""

from __future__ import annotations

import base64
import os
import re
import shutil
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

FOLDER = Path(__file__).resolve().parent / "screens"
DESK, PHONE = (1440, 1000), (390, 844)
SCREENS = {
    "dashboard": "", "holdings": "holdings/", "instrument": "instruments/NVDA/", "activity": "activity/",
    "performance": "performance/", "income": "income/", "allocation": "allocation/", "watchlist": "/watchlist/",
    "backtest": "/backtests/new/crossover/?symbol=SPY",
    "import": "import/", "jobs": "/jobs/", "settings": "/settings/", "explanation": "",
}  # fmt: skip
ON_A_PHONE = ("dashboard", "holdings", "performance")
NEWCOMER, PASSWORD = "newcomer", "correct horse battery"  # what somebody sees who has nothing yet
TRADES = b"""date,kind,symbol,quantity,price,fee,account
2024-01-03,buy,AAPL,5,184.25,1,Second broker
2024-03-14,buy,MSFT,2,425.22,1,Second broker
2024-09-05,sell,AAPL,1,222.38,1,Second broker
"""
PIXELS = """async (picture) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height), parts = [];
  for (let at = 0; at < data.length; at += 32768) parts.push(String.fromCharCode(...data.subarray(at, at + 32768)));
  return btoa(parts.join(""));
}"""


def log_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("button:has-text('Log in')")
    page.wait_for_load_state()


def furnished(page: Page, address: str, home: str) -> None:
    """The demo with what only its reader can add: something watched, an alert, targets."""
    page.goto(f"{address}/watchlist/")
    for symbol, note in (("KO", "below 60, perhaps"), ("TSLA", "after the next report")):
        if page.locator(f".watched b:text-is('{symbol}')").count() == 0:
            page.fill("[name=symbol]", symbol)
            page.fill("#watch-form [name=note]", note)
            page.click("button:has-text('Watch')")
            expect(page.locator(f"tr:has(b:text-is('{symbol}')) .spark")).to_be_visible(timeout=30_000)
    if page.locator(".chips .chip").count() == 0:
        page.locator(".chips a").last.click()
        page.fill("[name=threshold]", "900")
        page.click("button:has-text('Set the alert')")
    page.goto(f"{home}allocation/class/")
    for name, share in (("Shares", "55"), ("Funds", "35"), ("Cash", "10")):
        page.get_by_label(name, exact=True).fill(share)
    page.click("main button:has-text('Save')")


def newcomer(browser: Browser, page: Page, address: str) -> BrowserContext:
    """Signed in as somebody without a portfolio; the demo's user, who may do everything, makes the account."""
    page.goto(f"{address}/admin/auth/user/add/")
    page.fill("[name=username]", NEWCOMER)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("[name=_save]")  # a second time it is refused: the account is there
    context = browser.new_context()
    log_in(context.new_page(), address, NEWCOMER, PASSWORD)
    return context


def shown(page: Page, name: str) -> None:
    """All that a picture of this screen needs."""
    if name == "backtest":
        page.click("button:has-text('Test it')")
        page.locator("[data-chart]").wait_for()
    if page.locator("[data-chart]").count():
        page.locator(".chart[data-ready]").wait_for()
    if name == "import":
        page.set_input_files("[name=file]", {"name": "trades.csv", "mimeType": "text/csv", "buffer": TRADES})
        page.click("button:has-text('Check the file')")
        page.get_by_role("button", name="Import 3 transactions").wait_for()
    if name == "explanation":
        page.click(".kpis .why-link >> nth=0")
        page.locator("#why[open]").wait_for()
    page.wait_for_timeout(400)  # a chart fades in


def take(page: Page, canvas: Page, name: str, size: tuple[int, int], scheme: str) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # wants literal types
    page.wait_for_timeout(300)
    kind = "phone" if size == PHONE else scheme
    pixels = base64.b64decode(canvas.evaluate(PIXELS, base64.b64encode(page.screenshot()).decode()))
    (FOLDER / f"{name}-{kind}.png").write_bytes(png(np.frombuffer(pixels, np.uint8).reshape(size[1], size[0], 4)))


def png(rgba: np.ndarray) -> bytes:
    """With a palette: of every hue its most frequent colour, then the most frequent; for the others the nearest."""
    whole = rgba[..., :3].astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    colours, places, counts = np.unique(whole, return_inverse=True, return_counts=True)
    rgb = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], 1).astype(np.int32)
    often = np.argsort(-counts)
    _, hues = np.unique((rgb[often] >> 5) @ np.array([64, 8, 1]), return_index=True)
    chosen = np.concatenate([often[np.sort(hues)], np.delete(often, hues)])[:256]
    kept = rgb[chosen]
    nearest = ((rgb[:, None] - kept[None]) ** 2).sum(2).argmin(1).astype(np.uint8)
    rows = nearest[places].reshape(whole.shape)
    lines = np.hstack([np.zeros((len(rows), 1), np.uint8), rows]).tobytes()  # 0: no filter
    head = struct.pack(">IIBBBBB", rows.shape[1], rows.shape[0], 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"PLTE", kept.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(lines, 9))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in [*chunks, (b"IEND", b"")])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main(address: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        canvas, page = browser.new_page(), browser.new_context(reduced_motion="reduce").new_page()
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        log_in(page, address, "demo", "demo")
        page.goto(address)
        home = page.url
        if not re.search(r"/portfolios/\d+/$", home):
            sys.exit("There is no demo: start bin/run with an empty data folder.")
        page.locator("#freshness.fresh").wait_for()  # older prices are asked for by the page itself
        furnished(page, address, home)
        for name, path in SCREENS.items():
            page.goto(address + path if path.startswith("/") else home + path)
            shown(page, name)
            for scheme in ("light", "dark"):
                take(page, canvas, name, DESK, scheme)
            if name in ON_A_PHONE:
                take(page, canvas, name, PHONE, "dark")
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        start = newcomer(browser, page, address).pages[0]
        for scheme in ("light", "dark"):
            take(start, canvas, "start", DESK, scheme)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
