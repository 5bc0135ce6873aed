"""Real prices: what three shares cost from March 2000 to March 2013, with every split and dividend of that time.

The closes come from bokeh_sampledata (Quandl's WIKI prices, public domain), which states them as traded and, beside
them, adjusted for splits and dividends. The dividends follow from both: that table's factor at an ex-date is
1 ÷ (1 + dividend ÷ close of the ex-date), exactly.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise

from pricing.simulator.control import Market

SYMBOLS = ("AAPL", "IBM", "MSFT")
FIRST_DAY, LAST_DAY = date(2000, 3, 1), date(2013, 3, 1)
AFTER = datetime(2013, 3, 2, 12, tzinfo=UTC)  # the Saturday after the last session
TRUE_SPLITS = {
    "AAPL": ((date(2000, 6, 21), 2, 1), (date(2005, 2, 28), 2, 1)),
    "IBM": (),
    "MSFT": ((date(2003, 2, 18), 2, 1),),
}
NOISE = 1e-6  # share: the table's own rounding is a millionth of this


@dataclass(frozen=True)
class RealHistory:
    rows: tuple[tuple[date, float], ...]  # closes as traded, oldest first
    adjusted: tuple[float, ...]  # the sample's, for all splits and dividends up to 2018
    splits: tuple[tuple[date, int, int], ...]
    dividends: tuple[tuple[date, float], ...]  # as paid then


@cache
def real_history(symbol: str) -> RealHistory:
    from bokeh_sampledata import stocks  # half a second that only those who ask for it wait

    sample = getattr(stocks, symbol)
    rows = tuple(zip(map(date.fromisoformat, sample["date"]), sample["close"], strict=True))
    adjusted, splits = tuple(sample["adj_close"]), TRUE_SPLITS[symbol]
    return RealHistory(rows, adjusted, splits, tuple(_dividends(rows, adjusted, splits)))


def _dividends(
    rows: tuple[tuple[date, float], ...], adjusted: tuple[float, ...], splits: tuple[tuple[date, int, int], ...]
) -> list[tuple[date, float]]:
    shares = {day: new / old for day, new, old in splits}
    found = []
    for ((_, before), (day, close)), (adjusted_before, adjusted_close) in zip(
        pairwise(rows), pairwise(adjusted), strict=True
    ):
        growth = (adjusted_close / adjusted_before) / (close / before) / shares.get(day, 1.0)
        if growth - 1 > NOISE:
            found.append((day, round((growth - 1) * close, 4)))
    return found


def serve_real_history(market: Market, *, without: date | None = None) -> None:
    """Sets the market's clock to AFTER and lets it serve the three; `without` withholds the split of that day."""
    market.set_time(AFTER)
    for symbol in SYMBOLS:
        known = real_history(symbol)
        splits = [split for split in known.splits if split[0] != without]
        market.history(symbol, known.rows, splits=splits, dividends=known.dividends)
