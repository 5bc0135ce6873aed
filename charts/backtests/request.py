"""A backtest as JSON: read with a sentence for whatever is wrong, and where; written in one spelling; its key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from portfolios.accounting.sentences import Sentence

from .reading import DECIMALS, Fault, Reader, RequestError
from .rules import (
    Allocation,
    Average,
    Costs,
    Crossover,
    DualMomentum,
    Entry,
    Every,
    Fill,
    Flow,
    Hold,
    Momentum,
    Request,
    Reversion,
    Strategy,
    Untraded,
    symbols_of,
)

__all__ = ["KINDS", "Fault", "RequestError", "as_data", "key_of", "path_of", "read"]

FIELDS = {Hold: "weights", Allocation: "weights", Momentum: "symbols", DualMomentum: "symbols", Untraded: "portfolio",
          Crossover: "symbol", Reversion: "symbol"}  # that name what is held  # fmt: skip
RATE = "=X"  # how the symbol of an exchange rate ends: EURUSD=X
MOST_SYMBOLS = 50
MOST_FLOWS = 8
MOST_MONEY = 1e12
LONGEST_AVERAGE = 1_000  # sessions
LONGEST_LOOK = 60  # months
MOST_RATE = 0.2  # of an order
ROUNDING = 1e-9  # parts that are all of it to this stay as they are, or what is written would be read as others
SLACK = 5e-4  # weights are typed with few decimals: three times 33.33 % are 100 % to most people


def read(data: object) -> Request:
    """Raises RequestError with every fault there is, each at the path of its field."""
    reader = Reader(data)
    request = Request(
        strategy=_strategy(reader.part("strategy")),
        currency=reader.currency("currency"),
        cash=reader.number("cash", 10_000.0, least=0, most=MOST_MONEY),
        start=reader.day("start"),
        end=reader.day("end"),
        flows=tuple(_flow(part) for part in reader.parts("flows", MOST_FLOWS)),
        benchmark=reader.symbol("benchmark", default="SPY"),
        costs=_costs(reader.part("costs", optional=True)),
        fill=reader.choice("fill", Fill, Fill.NEXT_OPEN),
        whole_shares=reader.flag("whole_shares"),
        risk_free=reader.number("risk_free", 0.0, least=-0.1, most=0.5),
    )
    _together(reader, request)
    reader.finish()
    return request


def as_data(request: Request) -> dict[str, Any]:
    """What read() would read again, with everything said and in one order."""
    data = asdict(request)
    kind = next(kind for kind, (made, _) in KINDS.items() if isinstance(request.strategy, made))
    data["strategy"] = {"kind": kind, **data["strategy"]}
    if "weights" in data["strategy"]:
        data["strategy"]["cash"] = max(0.0, round(1 - sum(data["strategy"]["weights"].values()), 9))
    plain: dict[str, Any] = json.loads(json.dumps(data, default=str, sort_keys=True))
    return plain


def key_of(data: Mapping[str, Any], revisions: Mapping[str, int], engine: int, owner: int | None = None) -> str:
    """SHA-256, in hex, of a normalised request, the revisions of its prices, and whose they are if they are private."""
    said = [data, sorted(revisions.items()), engine, owner]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def path_of(symbol: str, request: Request) -> str:
    """The field that names this symbol, or the currency an exchange rate is needed for."""
    strategy = request.strategy
    if symbol not in symbols_of(strategy):
        if symbol == request.benchmark:
            return "benchmark"
        if symbol.endswith(RATE) and not isinstance(strategy, Untraded):  # whose currency is the portfolio's own
            return "currency"
    if isinstance(strategy, DualMomentum) and symbol == strategy.refuge:
        return "strategy.refuge"
    return f"strategy.{FIELDS[type(strategy)]}"


def _hold(reader: Reader) -> Hold:
    return Hold(_weights(reader))


def _allocation(reader: Reader) -> Allocation:
    every = reader.choice("every", Every, None)
    band = reader.number("band", None, least=0.001, most=0.5)
    if every is None and band is None:
        reader.fault("every", Sentence("Say when to rebalance: every so often, or at how many points off target."))
    if every is not None and band is not None:
        reader.fault("band", Sentence("Rebalance by the calendar or by a band, not both: their orders would overlap."))
    return Allocation(_weights(reader), every, band)


def _crossover(reader: Reader) -> Crossover:
    rules = Crossover(
        symbol=reader.symbol("symbol"),
        average=reader.choice("average", Average, Average.SIMPLE),
        fast=reader.whole("fast", 50, least=1, most=LONGEST_AVERAGE),
        slow=reader.whole("slow", 200, least=2, most=LONGEST_AVERAGE),
        entry=reader.choice("entry", Entry, Entry.STATE),
    )
    if rules.fast >= rules.slow:
        reader.fault(
            "fast",
            Sentence(
                "The fast average must be shorter than the slow one: {fast} is not less than {slow}.",
                fast=rules.fast,
                slow=rules.slow,
            ),
        )
    return rules


def _reversion(reader: Reader) -> Reversion:
    rules = Reversion(
        symbol=reader.symbol("symbol"),
        days=reader.whole("days", 14, least=2, most=LONGEST_AVERAGE),
        below=reader.number("below", 30.0, least=1, most=99),
        above=reader.number("above", 70.0, least=1, most=99),
    )
    if rules.below >= rules.above:
        reader.fault(
            "below",
            Sentence(
                "Buying below {below} and selling above {above} overlap: buy at a lower level than you sell.",
                below=f"{rules.below:g}",
                above=f"{rules.above:g}",
            ),
        )
    return rules


def _momentum(reader: Reader) -> Momentum:
    rules = Momentum(
        symbols=reader.symbols("symbols", least=2, most=MOST_SYMBOLS),
        top=reader.whole("top", 3, least=1, most=MOST_SYMBOLS),
        months=reader.whole("months", 12, least=1, most=LONGEST_LOOK),
        skip=reader.whole("skip", 0, least=0, most=LONGEST_LOOK),
        every=reader.choice("every", Every, Every.MONTH),
    )
    if rules.symbols and rules.top > len(rules.symbols):
        reader.fault(
            "top",
            Sentence("There are only {count} to choose from, not {top}.", count=len(rules.symbols), top=rules.top),
        )
    if rules.skip >= rules.months:
        reader.fault(
            "skip",
            Sentence("Leave out fewer months than you look back: {skip} of {months}.",
                     skip=rules.skip, months=rules.months),
        )  # fmt: skip
    return rules


def _dual_momentum(reader: Reader) -> DualMomentum:
    rules = DualMomentum(
        symbols=reader.symbols("symbols", least=1, most=MOST_SYMBOLS),
        refuge=reader.symbol("refuge"),
        months=reader.whole("months", 12, least=1, most=LONGEST_LOOK),
        every=reader.choice("every", Every, Every.MONTH),
    )
    if rules.refuge in rules.symbols:
        reader.fault("refuge", Sentence("{symbol} is among those to choose from; name another.", symbol=rules.refuge))
    return rules


def _untraded(reader: Reader) -> Untraded:
    return Untraded(
        portfolio=reader.whole("portfolio", None, least=1, most=2**31 - 1),
        since=reader.needed_day("since"),
    )


KINDS: dict[str, tuple[type, Any]] = {
    "hold": (Hold, _hold),
    "allocation": (Allocation, _allocation),
    "crossover": (Crossover, _crossover),
    "reversion": (Reversion, _reversion),
    "momentum": (Momentum, _momentum),
    "dual_momentum": (DualMomentum, _dual_momentum),
    "untraded": (Untraded, _untraded),
}


def _strategy(reader: Reader) -> Strategy:
    kind = reader.text("kind")
    if not reader.data:
        return Hold({})
    if kind not in KINDS:
        known = ", ".join(KINDS)
        reader.fault("kind", Sentence("There is no strategy «{kind}»; there are {known}.", kind=kind, known=known))
        return Hold({})
    strategy: Strategy = KINDS[kind][1](reader)
    reader.nothing_else()
    return strategy


def _weights(reader: Reader) -> dict[str, float]:
    """Parts of the money; with the part that is to stay cash, if any, they are all of it."""
    weights = reader.weights("weights", MOST_SYMBOLS)
    idle = reader.number("cash", 0.0, least=0, most=1)
    total = sum(weights.values())
    if weights and abs(total + idle - 1) > SLACK:
        reader.fault("weights", _not_whole(total + idle))
        return weights
    if abs(total + idle - 1) <= ROUNDING:
        return weights
    return {symbol: round(part * (1 - idle) / total, DECIMALS) for symbol, part in weights.items()} if total else {}


def _not_whole(total: float) -> Sentence:
    if total > 1:
        return Sentence("The parts add up to {total} %: more than there is. Lower one of them.", total=_percent(total))
    return Sentence(
        "The parts add up to {total} %, not to 100 %. Raise one of them, or say that {rest} % stay cash.",
        total=_percent(total),
        rest=_percent(1 - total),
    )


def _percent(part: float) -> str:
    return f"{part * 100:.6g}"


def _costs(reader: Reader) -> Costs:
    costs = Costs(
        rate=reader.number("rate", 0.0, least=0, most=MOST_RATE),
        fixed=reader.number("fixed", 0.0, least=0, most=MOST_MONEY),
        per_share=reader.number("per_share", 0.0, least=0, most=MOST_MONEY),
        minimum=reader.number("minimum", 0.0, least=0, most=MOST_MONEY),
    )
    reader.nothing_else()
    return costs


def _flow(reader: Reader) -> Flow:
    flow = Flow(
        amount=reader.needed_number("amount", least=-MOST_MONEY, most=MOST_MONEY),
        every=reader.choice("every", Every, Every.MONTH),
        since=reader.day("since"),
        until=reader.day("until"),
        growth=reader.number("growth", 0.0, least=-0.5, most=0.5),
    )
    if flow.since and flow.until and flow.since > flow.until:
        reader.fault("until", Sentence("It ends before it begins."))
    reader.nothing_else()
    return flow


def _together(reader: Reader, request: Request) -> None:
    """What no field says alone."""
    start = request.strategy.since if isinstance(request.strategy, Untraded) else request.start
    if start and request.end and start >= request.end:
        reader.fault("end", Sentence("The range is empty: {end} is not after {start}.", start=start, end=request.end))
    if request.cash == 0 and not any(flow.amount > 0 for flow in request.flows):
        reader.fault("cash", Sentence("Without money nothing can be bought: put some in at the start, or regularly."))
    if isinstance(request.strategy, Untraded) and request.flows:
        reader.fault("flows", Sentence("The payments of a portfolio that was not traded are its own."))
    _no_overlaps(reader, request.flows)
    reader.nothing_else()


def _no_overlaps(reader: Reader, flows: tuple[Flow, ...]) -> None:
    """Two rules at the same time would be one rule that nobody wrote."""
    for later in range(1, len(flows)):
        for earlier in range(later):
            if _overlap(flows[earlier], flows[later]):
                reader.fault(
                    f"flows.{later}.since",
                    Sentence(
                        "This rule and number {number} overlap: let one end before the other begins.",
                        number=earlier + 1,
                    ),
                )


def _overlap(one: Flow, other: Flow) -> bool:
    one_first = one.until is not None and other.since is not None and one.until < other.since
    other_first = other.until is not None and one.since is not None and other.until < one.since
    return not (one_first or other_first)
