"""What companies do and where they are, in Yahoo's words; invented companies do something invented."""

import hashlib
from dataclasses import dataclass

from pricing.simulator.instruments import Instrument
from pricing.simulator.sessions import EXCHANGES

# symbol, sector, industry; the country is that of the exchange
_NAMED = """
AAPL   | Technology             | Consumer Electronics
MSFT   | Technology             | Software - Infrastructure
NVDA   | Technology             | Semiconductors
AMZN   | Consumer Cyclical      | Internet Retail
GOOGL  | Communication Services | Internet Content & Information
META   | Communication Services | Internet Content & Information
TSLA   | Consumer Cyclical      | Auto Manufacturers
BRK-B  | Financial Services     | Insurance - Diversified
JPM    | Financial Services     | Banks - Diversified
JNJ    | Healthcare             | Drug Manufacturers - General
PFE    | Healthcare             | Drug Manufacturers - General
KO     | Consumer Defensive     | Beverages - Non-Alcoholic
PEP    | Consumer Defensive     | Beverages - Non-Alcoholic
PG     | Consumer Defensive     | Household & Personal Products
V      | Financial Services     | Credit Services
MA     | Financial Services     | Credit Services
HD     | Consumer Cyclical      | Home Improvement Retail
DIS    | Communication Services | Entertainment
NFLX   | Communication Services | Entertainment
INTC   | Technology             | Semiconductors
AMD    | Technology             | Semiconductors
CRM    | Technology             | Software - Application
COST   | Consumer Defensive     | Discount Stores
WMT    | Consumer Defensive     | Discount Stores
XOM    | Energy                 | Oil & Gas Integrated
CVX    | Energy                 | Oil & Gas Integrated
BA     | Industrials            | Aerospace & Defense
T      | Communication Services | Telecom Services
VZ     | Communication Services | Telecom Services
ORCL   | Technology             | Software - Infrastructure
ADBE   | Technology             | Software - Application
UNH    | Healthcare             | Healthcare Plans
LLY    | Healthcare             | Drug Manufacturers - General
CSCO   | Technology             | Communication Equipment
VOD.L  | Communication Services | Telecom Services
HSBA.L | Financial Services     | Banks - Diversified
SAP.DE | Technology             | Software - Application
ASML.AS| Technology             | Semiconductor Equipment & Materials
NESN.SW| Consumer Defensive     | Packaged Foods
7203.T | Consumer Cyclical      | Auto Manufacturers
"""
_INVENTED = (
    ("Basic Materials", "Specialty Chemicals"),
    ("Communication Services", "Publishing"),
    ("Consumer Cyclical", "Restaurants"),
    ("Consumer Defensive", "Packaged Foods"),
    ("Energy", "Oil & Gas E&P"),
    ("Financial Services", "Asset Management"),
    ("Healthcare", "Medical Devices"),
    ("Industrials", "Specialty Industrial Machinery"),
    ("Real Estate", "REIT - Diversified"),
    ("Technology", "Software - Application"),
    ("Utilities", "Utilities - Regulated Electric"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    sector: str
    industry: str
    country: str


def profile(instrument: Instrument) -> Profile | None:
    """None for what is not a company: funds, coins, currencies, indices."""
    if instrument.quote_type != "EQUITY":
        return None
    digest = hashlib.sha256(f"profile/{instrument.symbol}".encode()).digest()
    sector, industry = _TABLE.get(instrument.symbol) or _INVENTED[digest[0] % len(_INVENTED)]
    return Profile(sector, industry, EXCHANGES[instrument.exchange].country)


def _rows() -> dict[str, tuple[str, str]]:
    lines = ([cell.strip() for cell in line.split("|")] for line in _NAMED.strip().splitlines())
    return {symbol: (sector, industry) for symbol, sector, industry in lines}


_TABLE = _rows()
