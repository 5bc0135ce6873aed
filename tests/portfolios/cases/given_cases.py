"""Cases for tests: AAPL in dollars, VOD.L in pence, and shorthand for transactions."""

from __future__ import annotations

import json
from typing import Any

PRICES = {
    "AAPL": {"2024-01-02": 10, "2024-01-03": 11, "2024-01-04": 12, "2024-01-10": 14},
    "VOD.L": {"2024-01-02": 200},
}
INSTRUMENTS = {"AAPL": {"currency": "USD"}, "VOD.L": {"currency": "GBp"}}
RATES = {"GBPUSD": {"2024-01-02": 1.25}}


def row(kind: str, day: str = "2024-01-02", **fields: object) -> dict[str, object]:
    return {"date": day, "kind": kind, **fields}


def buy(quantity: object = 10, price: object = 10, day: str = "2024-01-02", **fields: object) -> dict[str, object]:
    return row("buy", day, **{"symbol": "AAPL", "quantity": quantity, "price": price, **fields})


def sell(quantity: object = 10, price: object = 11, day: str = "2024-01-03", **fields: object) -> dict[str, object]:
    return row("sell", day, **{"symbol": "AAPL", "quantity": quantity, "price": price, **fields})


def case(*transactions: object, **parts: Any) -> str:
    plain = {"currency": "USD", "instruments": INSTRUMENTS, "prices": PRICES, "fx": RATES}
    return json.dumps({**plain, "transactions": list(transactions), **parts})
