"""Which instruments the simulated market knows: names, price levels and habits, roughly as they were early in 2026."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

ANCHOR = date(2026, 1, 2)  # the day on which `level` is the price
UNKNOWN_TO_YAHOO = re.compile(r"^NOSUCH|UNKNOWN")
SYMBOL = re.compile(r"^[A-Z0-9^][A-Z0-9.\-=^]{0,14}$")
PAIR = re.compile(r"^([A-Z]{3})([A-Z]{3})?=X$")
FIRST_SESSION = date(1998, 1, 2)  # nobody needs older simulated prices


@dataclass(frozen=True, slots=True)
class Split:
    ex_date: date
    numerator: int
    denominator: int

    @property
    def ratio(self) -> float:
        return self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Instrument:
    symbol: str
    name: str
    exchange: str  # Yahoo's code
    currency: str  # as quoted: GBp is pence
    quote_type: str
    level: float  # price on ANCHOR
    alpha: float = 0.0  # log return a year, on top of beta × market
    beta: float = 1.0  # to the common market factor
    sigma: float = 0.20  # own volatility a year, besides the market's
    dividend_yield: float = 0.0  # a year
    payments: int = 4  # dividends a year
    pays_since: int = 1998
    first_session: date = FIRST_SESSION
    splits: tuple[Split, ...] = ()


# symbol, name, exchange, level, alpha, beta, own sigma, dividend yield, first year, pays since
_US_STOCKS = """
AAPL  | Apple Inc.                    | NMS | 271.0 | .10 | 1.15 | .20 | .0040 | 1998 | 2012
MSFT  | Microsoft Corporation         | NMS | 473.0 | .06 | 1.05 | .16 | .0075 | 1998 | 2003
NVDA  | NVIDIA Corporation            | NMS | 189.0 | .18 | 1.60 | .36 | .0003 | 1999 | 2012
AMZN  | Amazon.com, Inc.              | NMS | 227.0 | .10 | 1.25 | .28 | 0     | 1998 | 2100
GOOGL | Alphabet Inc.                 | NMS | 315.0 | .09 | 1.10 | .20 | .0027 | 2004 | 2024
META  | Meta Platforms, Inc.          | NMS | 650.0 | .11 | 1.25 | .30 | .0032 | 2012 | 2024
TSLA  | Tesla, Inc.                   | NMS | 438.0 | .22 | 1.70 | .48 | 0     | 2010 | 2100
BRK-B | Berkshire Hathaway Inc.       | NYQ | 497.0 | .03 | 0.75 | .11 | 0     | 1998 | 2100
JPM   | JPMorgan Chase & Co.          | NYQ | 325.0 | .02 | 1.10 | .18 | .0185 | 1998 | 1998
JNJ   | Johnson & Johnson             | NYQ | 207.0 | .01 | 0.50 | .13 | .0250 | 1998 | 1998
PFE   | Pfizer Inc.                   | NYQ | 25.1  | -.06| 0.60 | .19 | .0680 | 1998 | 1998
KO    | The Coca-Cola Company         | NYQ | 69.5  | .00 | 0.50 | .12 | .0290 | 1998 | 1998
PEP   | PepsiCo, Inc.                 | NMS | 143.0 | .01 | 0.50 | .13 | .0390 | 1998 | 1998
PG    | The Procter & Gamble Company  | NYQ | 142.0 | .01 | 0.45 | .13 | .0290 | 1998 | 1998
V     | Visa Inc.                     | NYQ | 347.0 | .06 | 0.95 | .16 | .0075 | 2008 | 2008
MA    | Mastercard Incorporated       | NYQ | 563.0 | .08 | 1.00 | .17 | .0055 | 2006 | 2006
HD    | The Home Depot, Inc.          | NYQ | 346.0 | .03 | 1.00 | .17 | .0265 | 1998 | 1998
DIS   | The Walt Disney Company       | NYQ | 112.0 | -.04| 1.15 | .20 | .0110 | 1998 | 1998
NFLX  | Netflix, Inc.                 | NMS | 91.0  | .16 | 1.25 | .38 | 0     | 2002 | 2100
INTC  | Intel Corporation             | NMS | 39.4  | -.08| 1.15 | .28 | 0     | 1998 | 2100
AMD   | Advanced Micro Devices, Inc.  | NMS | 223.0 | .10 | 1.60 | .42 | 0     | 1998 | 2100
CRM   | Salesforce, Inc.              | NYQ | 254.0 | .07 | 1.20 | .26 | .0065 | 2004 | 2024
COST  | Costco Wholesale Corporation  | NMS | 854.0 | .06 | 0.80 | .16 | .0060 | 1998 | 2004
WMT   | Walmart Inc.                  | NMS | 112.0 | .03 | 0.55 | .15 | .0085 | 1998 | 1998
XOM   | Exxon Mobil Corporation       | NYQ | 122.0 | -.01| 0.80 | .20 | .0330 | 1998 | 1998
CVX   | Chevron Corporation           | NYQ | 156.0 | -.01| 0.85 | .20 | .0440 | 1998 | 1998
BA    | The Boeing Company            | NYQ | 227.0 | -.03| 1.25 | .27 | 0     | 1998 | 2100
T     | AT&T Inc.                     | NYQ | 24.4  | -.06| 0.60 | .16 | .0455 | 1998 | 1998
VZ    | Verizon Communications Inc.   | NYQ | 40.5  | -.05| 0.50 | .14 | .0680 | 1998 | 1998
ORCL  | Oracle Corporation            | NYQ | 195.0 | .05 | 1.10 | .24 | .0100 | 1998 | 2009
ADBE  | Adobe Inc.                    | NMS | 333.0 | .05 | 1.20 | .25 | 0     | 1998 | 2100
UNH   | UnitedHealth Group            | NYQ | 336.0 | .04 | 0.75 | .20 | .0260 | 1998 | 2010
LLY   | Eli Lilly and Company         | NYQ | 1080.0| .08 | 0.60 | .22 | .0055 | 1998 | 1998
CSCO  | Cisco Systems, Inc.           | NMS | 76.0  | .00 | 1.05 | .20 | .0215 | 1998 | 2011
"""

# symbol, name, exchange, level, alpha, beta, own sigma, dividend yield, first year, payments a year
_FUNDS = """
SPY     | SPDR S&P 500 ETF Trust                    | PCX | USD | 683.0 | .000 | 1.00 | .005 | .0125 | 1998 | 4
VTI     | Vanguard Total Stock Market Index Fund    | PCX | USD | 336.0 | .000 | 1.02 | .015 | .0120 | 2001 | 4
QQQ     | Invesco QQQ Trust                         | NMS | USD | 613.0 | .040 | 1.15 | .080 | .0055 | 1999 | 4
IWM     | iShares Russell 2000 ETF                  | PCX | USD | 248.0 | -.01 | 1.15 | .090 | .0115 | 2000 | 4
VXUS    | Vanguard Total International Stock        | NMS | USD | 75.6  | -.03 | 0.85 | .080 | .0300 | 2011 | 4
VT      | Vanguard Total World Stock Index Fund     | PCX | USD | 141.0 | -.01 | 0.95 | .040 | .0185 | 2008 | 4
BND     | Vanguard Total Bond Market Index Fund     | NMS | USD | 74.2  | -.01 | 0.02 | .045 | .0385 | 2007 | 12
GLD     | SPDR Gold Shares                          | PCX | USD | 398.0 | .080 | 0.05 | .150 | 0     | 2004 | 4
VWCE.DE | Vanguard FTSE All-World UCITS ETF USD Acc | GER | EUR | 145.0 | .000 | 0.90 | .060 | 0     | 2019 | 4
"""

# symbol, name, exchange, currency, type, level, alpha, beta, own sigma, dividend yield, first year, payments a year
_ELSEWHERE = """
^GSPC   | S&P 500                 | SNP | USD | INDEX          | 6858.0  | .00 | 1.00 | .000 | 0    | 1998 | 4
VOD.L   | Vodafone Group Plc      | LSE | GBp | EQUITY         | 99.5    | -.08| 0.70 | .20  | .040 | 1998 | 2
HSBA.L  | HSBC Holdings plc       | LSE | GBp | EQUITY         | 1178.0  | .00 | 0.80 | .18  | .043 | 1998 | 4
SAP.DE  | SAP SE                  | GER | EUR | EQUITY         | 205.0   | .04 | 1.05 | .18  | .011 | 1998 | 1
ASML.AS | ASML Holding N.V.       | AMS | EUR | EQUITY         | 985.0   | .11 | 1.35 | .24  | .007 | 1998 | 4
NESN.SW | Nestlé S.A.             | EBS | CHF | EQUITY         | 78.5    | .00 | 0.45 | .13  | .039 | 1998 | 1
7203.T  | Toyota Motor Corporation| JPX | JPY | EQUITY         | 3355.0  | .02 | 0.80 | .19  | .028 | 1999 | 2
BTC-USD | Bitcoin USD             | CCC | USD | CRYPTOCURRENCY | 89900.0 | .35 | 0.90 | .55  | 0    | 2014 | 4
ETH-USD | Ethereum USD            | CCC | USD | CRYPTOCURRENCY | 3120.0  | .25 | 1.10 | .65  | 0    | 2017 | 4
"""

_SPLITS = {
    "AAPL": (Split(date(2014, 6, 9), 7, 1), Split(date(2020, 8, 31), 4, 1)),
    "NVDA": (Split(date(2021, 7, 20), 4, 1), Split(date(2024, 6, 10), 10, 1)),
    "TSLA": (Split(date(2020, 8, 31), 5, 1), Split(date(2022, 8, 25), 3, 1)),
    "AMZN": (Split(date(2022, 6, 6), 20, 1),),
    "GOOGL": (Split(date(2022, 7, 18), 20, 1),),
    "NFLX": (Split(date(2015, 7, 15), 7, 1), Split(date(2025, 11, 17), 10, 1)),
    "WMT": (Split(date(2024, 2, 26), 3, 1),),
}

# US dollars for one unit on ANCHOR, and volatility a year
CURRENCIES = {
    "USD": (1.0, 0.0),
    "EUR": (1.1720, 0.07),
    "GBP": (1.3450, 0.08),
    "JPY": (0.006375, 0.08),
    "CHF": (1.2610, 0.07),
    "CAD": (0.7290, 0.06),
    "AUD": (0.6690, 0.09),
    "NZD": (0.5760, 0.09),
    "SEK": (0.1085, 0.09),
    "NOK": (0.0993, 0.10),
    "DKK": (0.1569, 0.07),
    "HKD": (0.1284, 0.003),
    "SGD": (0.7780, 0.04),
    "CNY": (0.1430, 0.03),
    "INR": (0.01111, 0.04),
    "KRW": (0.000692, 0.08),
    "PLN": (0.2780, 0.09),
    "CZK": (0.0485, 0.09),
    "MXN": (0.0558, 0.11),
    "BRL": (0.1843, 0.13),
    "ZAR": (0.0607, 0.13),
    "ILS": (0.3140, 0.07),
}

_SUFFIXES = {
    "L": ("LSE", "GBp"),
    "DE": ("GER", "EUR"),
    "AS": ("AMS", "EUR"),
    "PA": ("PAR", "EUR"),
    "SW": ("EBS", "CHF"),
    "AT": ("ATH", "EUR"),
    "TA": ("TLV", "ILA"),
    "JO": ("JNB", "ZAc"),
    "T": ("JPX", "JPY"),
    "HK": ("HKG", "HKD"),
    "TO": ("TOR", "CAD"),
}
_INVENTED_NAMES = ("Industries", "Holdings", "Technologies", "Foods", "Energy", "Systems", "Logistics", "Health")


def named() -> tuple[Instrument, ...]:
    """Every instrument with a name of its own, in the order of the table."""
    return tuple(_table().values())


def pair(symbol: str) -> tuple[str, str] | None:
    """(from, to) of a currency pair Yahoo knows: EURUSD=X is (EUR, USD), JPY=X is (USD, JPY)."""
    match = PAIR.match(symbol)
    if match is None:
        return None
    base, quoted = (match[1], match[2]) if match[2] else ("USD", match[1])
    return (base, quoted) if base in CURRENCIES and quoted in CURRENCIES and base != quoted else None


@lru_cache(maxsize=4096)
def find(symbol: str) -> Instrument | None:
    """The instrument, invented if need be; None for what Yahoo does not know."""
    known = _table().get(symbol)
    if known is not None:
        return known
    if not SYMBOL.match(symbol) or UNKNOWN_TO_YAHOO.search(symbol):
        return None
    if symbol.endswith("=X"):
        return _currency_pair(symbol)
    return _invented(symbol)


def _currency_pair(symbol: str) -> Instrument | None:
    legs = pair(symbol)
    if legs is None:
        return None
    level = CURRENCIES[legs[0]][0] / CURRENCIES[legs[1]][0]
    return Instrument(symbol, "/".join(legs), "CCY", legs[1], "CURRENCY", level, beta=0.0, sigma=0.0)


def _invented(symbol: str) -> Instrument:
    digest = hashlib.sha256(symbol.encode()).digest()
    share = [byte / 255 for byte in digest]
    exchange, currency = _SUFFIXES.get(symbol.rpartition(".")[2], ("NYQ" if digest[0] % 2 else "NMS", "USD"))
    return Instrument(
        symbol=symbol,
        name=f"{symbol.partition('.')[0].title()} {_INVENTED_NAMES[digest[1] % len(_INVENTED_NAMES)]}",
        exchange=exchange,
        currency=currency,
        quote_type="INDEX" if symbol.startswith("^") else "EQUITY",
        level=round(8.0 * 60.0 ** share[2], 2),  # 8 to 480, small prices more often
        alpha=-0.05 + 0.12 * share[3],
        beta=0.5 + share[4],
        sigma=0.15 + 0.25 * share[5],
        dividend_yield=round(0.04 * share[6], 4) if digest[7] % 2 else 0.0,
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Instrument]:
    rows = [_stock(line) for line in _lines(_US_STOCKS)]
    rows += [_fund(line) for line in _lines(_FUNDS)]
    rows += [_foreign(line) for line in _lines(_ELSEWHERE)]
    pairs = ("EURUSD=X", "GBPUSD=X", "JPYUSD=X", "CHFUSD=X", "EURGBP=X", "USDEUR=X")
    rows += [row for row in map(_currency_pair, pairs) if row is not None]
    return {row.symbol: row for row in rows}


def _lines(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _stock(cells: list[str]) -> Instrument:
    symbol, name, exchange, *numbers, first_year, pays_since = cells
    level, alpha, beta, sigma, dividend_yield = map(float, numbers)
    return Instrument(
        symbol, name, exchange, "USD", "EQUITY", level, alpha, beta, sigma, dividend_yield,
        pays_since=int(pays_since), first_session=_early_in(first_year), splits=_SPLITS.get(symbol, ()),
    )  # fmt: skip


def _fund(cells: list[str]) -> Instrument:
    symbol, name, exchange, currency, *numbers, first_year, payments = cells
    level, alpha, beta, sigma, dividend_yield = map(float, numbers)
    return Instrument(
        symbol, name, exchange, currency, "ETF", level, alpha, beta, sigma, dividend_yield,
        payments=int(payments), first_session=_early_in(first_year),
    )  # fmt: skip


def _foreign(cells: list[str]) -> Instrument:
    symbol, name, exchange, currency, quote_type, *numbers, first_year, payments = cells
    level, alpha, beta, sigma, dividend_yield = map(float, numbers)
    return Instrument(
        symbol, name, exchange, currency, quote_type, level, alpha, beta, sigma, dividend_yield,
        payments=int(payments), first_session=_early_in(first_year),
    )  # fmt: skip


def _early_in(year: str) -> date:
    return max(FIRST_SESSION, date(int(year), 1, 2))
