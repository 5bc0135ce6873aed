"""What many portfolios are worth now, in one statement: holdings joined with quotes and exchange rates, summed.

Nothing is stored: a total that is read can be no staler than its quotes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from pricing.market.currencies import MINOR_UNITS


@dataclass(frozen=True, slots=True)
class LiveTotal:
    """Of the securities, in base currency; as valuation.value_holding values each of them."""

    value: Decimal
    day_change: Decimal


UNITS = " ".join(f"WHEN '{quoted}' THEN {1 / Decimal(many)}" for quoted, (_, many) in MINOR_UNITS.items())
MAJORS = " ".join(f"WHEN '{quoted}' THEN '{whole}'" for quoted, (whole, _) in MINOR_UNITS.items())
# Each instrument is priced once, in its major currency; a holding at home is one product, one abroad two.
TOTALS = f"""
WITH priced AS (
  SELECT share.id, CASE share.currency {MAJORS} ELSE share.currency END AS currency,
    quote.price * CASE share.currency {UNITS} ELSE 1 END AS now,
    coalesce(nullif(quote.previous_close, 0), quote.price) * CASE share.currency {UNITS} ELSE 1 END AS before
  FROM pricing_instrument share JOIN pricing_quote quote ON quote.instrument_id = share.id
)
SELECT portfolio_id, sum(coalesce(value, kept)), sum(coalesce(value - before, 0))
FROM (
  SELECT held.portfolio_id, held.quantity * held.last_price AS kept,
    CASE WHEN priced.currency = own.base_currency THEN held.quantity * priced.now
      ELSE held.quantity * priced.now * rate.price END AS value,
    CASE WHEN priced.currency = own.base_currency THEN held.quantity * priced.before
      ELSE held.quantity * priced.before * coalesce(nullif(rate.previous_close, 0), rate.price) END AS before
  FROM portfolios_holding held
  JOIN portfolios_portfolio own ON own.id = held.portfolio_id
  LEFT JOIN priced ON priced.id = held.instrument_id
  LEFT JOIN pricing_quote rate ON rate.instrument_id = held.rate_id
  WHERE held.portfolio_id = ANY(%s)
) AS valued
GROUP BY portfolio_id
"""  # noqa: S608 — of constants


def totals(portfolios: Iterable[int]) -> dict[int, LiveTotal]:
    """{portfolio: its total} of those that hold something. One query."""
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, [list(portfolios)])
        return {portfolio: LiveTotal(value, change) for portfolio, value, change in cursor.fetchall()}
