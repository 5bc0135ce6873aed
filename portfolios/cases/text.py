"""A report for reading in a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from portfolios.accounting.statement import in_cents
from portfolios.performance.report import HoldingReport, Report
from portfolios.performance.returns import DAYS_A_YEAR

SIGNS = {"outflows": "−", "fees": "−", "taxes": "−"}
NAMES = {
    "value_start": "Value at the start", "inflows": "Inflows", "outflows": "Outflows",
    "realised_gain": "Realised gains", "unrealised_gain": "Unrealised gains", "income": "Dividends and interest",
    "fees": "Fees", "taxes": "Taxes", "currency_gain": "Currency gain of cash", "value_end": "Value at the end",
}  # fmt: skip


def as_text(report: Report) -> str:
    chosen = (report.chosen.account, report.chosen.symbol, report.chosen.group)
    lines = [", ".join(filter(None, [f"{report.start} to {report.end}", report.currency, *chosen])), ""]
    lines += [f"{SIGNS.get(name, ''):>1} {NAMES[name]:<24}{amount:>18,.2f}" for name, amount in _amounts(report)]
    lines += ["", *(f"  {name:<24}{value:>18}" for name, value in _rates(report)), ""]
    lines += [_holding(holding) for holding in report.holdings if holding.quantity]
    lines += [f"  {'cash ' + currency:<24}{amount:>18,.2f}" for currency, amount in report.cash.items() if amount]
    return "\n".join(lines)


def _amounts(report: Report) -> Iterable[tuple[str, object]]:
    cents = in_cents(report.statement)
    return ((name, cents[name]) for name in NAMES)


def _rates(report: Report) -> Iterable[tuple[str, str]]:
    returns = report.returns
    fall = returns.max_drawdown
    yield "TWR", _percent(returns.twr)
    if (report.end - report.start).days > DAYS_A_YEAR:
        yield "TWR p.a.", _percent(returns.twr_annualised)
    yield "XIRR p.a.", _percent(returns.xirr)
    yield "Largest drop", _percent(fall.depth if fall else None)
    yield "Volatility p.a.", _percent(returns.volatility)
    yield "Sharpe", f"{returns.sharpe:.2f}" if returns.sharpe is not None else "n/a"
    for symbol, against in report.against.items():
        yield symbol, _percent(against.twr)


def _percent(rate: float | None) -> str:
    return "n/a" if rate is None else f"{rate:+.2%}"


def _holding(holding: HoldingReport) -> str:
    name = f"{holding.symbol} {f'({holding.account})' if holding.account else ''}".strip()
    mark = " estimated" if holding.estimated else ""
    return f"  {name:<24}{holding.value:>18,.2f}  {holding.quantity.normalize():f} at {holding.price}{mark}"
