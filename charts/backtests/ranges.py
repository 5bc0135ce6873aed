"""What a map of parameters runs over: values typed as a list or as a range, held against what the strategy knows."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from portfolios.accounting.sentences import Sentence

from .reading import Fault, RequestError
from .request import as_data
from .rules import Allocation, Crossover, DualMomentum, Momentum, Request, Reversion

MOST_RUNS = 2_000
MOST_PARAMETERS = 2  # a map is flat
LARGEST = 1e9
ROUNDING = 1e-9  # 0.1 to 0.3 by 0.1 are three
MOST_VALUES = 200  # of one of them

# {parameter: (the smallest and the largest value, whether it is whole)}
PARAMETERS: dict[type, dict[str, tuple[float, float, bool]]] = {
    Crossover: {"fast": (1, 1_000, True), "slow": (2, 1_000, True)},
    Reversion: {"days": (2, 1_000, True), "below": (1, 99, False), "above": (1, 99, False)},
    Momentum: {"top": (1, 50, True), "months": (1, 60, True), "skip": (0, 60, True)},
    DualMomentum: {"months": (1, 60, True)},
    Allocation: {"band": (0.001, 0.5, False)},
}


def parameters_of(request: Request) -> tuple[str, ...]:
    """What a map of this strategy may run over; none for one without numbers to choose."""
    if isinstance(request.strategy, Allocation) and request.strategy.band is None:
        return ()
    return tuple(PARAMETERS.get(type(request.strategy), {}))


def read_ranges(over: object, request: Request) -> dict[str, list[float]]:
    """{parameter: values, ascending}; of {"from", "to", "step"} or a list each. Raises RequestError."""
    known = parameters_of(request)
    if not known:
        raise RequestError([Fault("over", Sentence("This strategy has no numbers that could be chosen otherwise."))])
    if not isinstance(over, Mapping) or not 1 <= len(over) <= MOST_PARAMETERS:
        raise RequestError([Fault("over", Sentence("Choose one or two of {known}.", known=", ".join(known)))])
    faults: list[Fault] = []
    ranges = {str(name): _values(str(name), said, request, faults) for name, said in over.items()}
    runs = prod(len(values) for values in ranges.values())
    if not faults and runs > MOST_RUNS:
        told = Sentence("That would be {runs} runs; {most} at most. Take larger steps.", runs=runs, most=MOST_RUNS)
        faults.append(Fault(f"over.{next(iter(ranges))}", told))
    if faults:
        raise RequestError(faults)
    return ranges


def chosen(request: Request) -> dict[str, float]:
    """{parameter: its value in this request}."""
    plain = as_data(request)["strategy"]
    return {name: float(plain[name]) for name in parameters_of(request)}


def _values(name: str, said: Any, request: Request, faults: list[Fault]) -> list[float]:
    limits = PARAMETERS[type(request.strategy)].get(name) if name in parameters_of(request) else None
    path = f"over.{name}"
    if limits is None:
        known = ", ".join(parameters_of(request))
        faults.append(Fault(path, Sentence("«{name}» is none of {known}.", name=name[:40], known=known)))
        return []
    values = _spread(said) if isinstance(said, Mapping) else said
    if not isinstance(values, list) or not values or not all(_is_number(value) for value in values):
        faults.append(Fault(path, Sentence("Write from where to where, and in which steps above zero.")))
        return []
    least, most, whole = limits
    if len(values) > MOST_VALUES:
        told = Sentence("These are {count} values; {most} at most. Take larger steps.", count=len(values),
                        most=MOST_VALUES)  # fmt: skip
        faults.append(Fault(path, told))
    elif min(values) < least or max(values) > most:
        faults.append(Fault(path, Sentence("Between {least} and {most}.", least=f"{least:g}", most=f"{most:g}")))
    elif whole and any(value != int(value) for value in values):
        faults.append(Fault(path, Sentence("Only whole numbers.")))
    return sorted({round(float(value), 6) for value in values})


def _spread(said: Mapping[str, Any]) -> list[float] | None:
    """None where it is no range; one that is far too long is cut where everybody sees that it is."""
    numbers = [float(said[name]) for name in ("from", "to", "step") if _is_number(said.get(name))]
    if len(numbers) < len(("from", "to", "step")):
        return None
    first, last, step = numbers
    if step <= 0 or last < first:
        return None
    count = int(min((last - first) / step + ROUNDING, MOST_RUNS)) + 1  # the smallest of steps makes infinitely many
    return [first + number * step for number in range(count)]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
