"""Reading JSON that people write: each field with its limits, every fault with the path of its field and a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, overload

from portfolios.accounting.sentences import Sentence
from pricing.market.symbols import SYMBOL

FIRST_DAY = date(1900, 1, 1)
LARGEST = 1e15
LETTERS = 3  # of a currency
LONGEST_SHOWN = 40  # characters of what somebody wrote
MISSING = Sentence("This is missing.")
DECIMALS = 12  # of a number that is typed: 0.1 + 0.2 is 0.3

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    path: str  # strategy.fast, flows.0.amount
    sentence: Sentence


class RequestError(ValueError):
    """What is wrong with a request, at which field; never empty."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.sentence}" for fault in faults))
        self.faults = faults


class Reader:
    """Fields of one JSON object; what is wrong is noted and something harmless goes on in its place."""

    def __init__(self, data: object, path: str = "", faults: list[Fault] | None = None) -> None:
        self.path = path
        self.faults: list[Fault] = faults if faults is not None else []
        self._seen: set[str] = set()
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.faults.append(Fault(path, Sentence("This must be a JSON object.")))

    def fault(self, name: str, sentence: Sentence) -> None:
        """Of a field of this object; only the first of each counts."""
        path = f"{self.path}.{name}" if self.path else name
        if path not in {fault.path for fault in self.faults}:
            self.faults.append(Fault(path, sentence))

    def finish(self) -> None:
        if self.faults:
            raise RequestError(self.faults)

    def nothing_else(self) -> None:
        """A misspelt field would silently be its default."""
        for name in self.data:
            if name not in self._seen:
                self.fault(str(name)[:LONGEST_SHOWN], Sentence("There is no such field."))

    def part(self, name: str, *, optional: bool = False) -> Reader:
        value = self._value(name)
        if value is None and not optional:
            self.fault(name, MISSING)
        return Reader({} if value is None else value, self._below(name), self.faults)

    def parts(self, name: str, most: int) -> Iterator[Reader]:
        value = self._value(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.fault(name, Sentence("This must be a list."))
            return
        if len(value) > most:
            self.fault(name, Sentence("These are {count}; {most} at most.", count=len(value), most=most))
        for number, one in enumerate(value[:most]):
            yield Reader(one, f"{self._below(name)}.{number}", self.faults)

    def text(self, name: str) -> str:
        value = self._value(name)
        return value.strip() if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        value = self._value(name)
        if value is not None and not isinstance(value, bool):  # 1 would pass for true, and be none
            self.fault(name, Sentence("This is true or false."))
        return value is True

    @overload
    def number(self, name: str, default: float, *, least: float, most: float) -> float: ...
    @overload
    def number(self, name: str, default: None, *, least: float, most: float) -> Any: ...
    def number(self, name: str, default: float | None, *, least: float, most: float) -> Any:
        """Without a default None where it is left out: whoever needs it says so."""
        value = self._value(name)
        if value is None:
            return default
        if not _is_number(value):
            self.fault(name, Sentence("«{text}» is not a number.", text=_shown(value)))
            return default if default is not None else least
        if not least <= value <= most:
            self.fault(
                name,
                Sentence("Between {least} and {most}; this is {value}.",
                         least=f"{least:g}", most=f"{most:g}", value=f"{value:g}"),
            )  # fmt: skip
            return default if default is not None else least
        return round(float(value), DECIMALS)

    def whole(self, name: str, default: int | None, *, least: int, most: int) -> int:
        fallback = default if default is not None else least
        if default is None and self.data.get(name) is None:
            self._value(name)
            self.fault(name, MISSING)
            return fallback
        value = self.number(name, float(fallback), least=least, most=most)
        if value != int(value):
            self.fault(name, Sentence("«{text}» is not a whole number.", text=f"{value:g}"))
        return int(value)

    def needed_number(self, name: str, *, least: float, most: float) -> float:
        if self.data.get(name) is None:
            self._value(name)
            self.fault(name, MISSING)
            return least
        return float(self.number(name, least, least=least, most=most))

    def day(self, name: str) -> date | None:
        value = self._value(name)
        if value in (None, ""):
            return None
        day = _day(value)
        if day is None:
            self.fault(name, Sentence("«{text}» is not a day; write 2020-01-31.", text=_shown(value)))
        elif day < FIRST_DAY:
            self.fault(name, Sentence("There are no prices of so long ago."))
        return day

    def needed_day(self, name: str) -> date:
        day = self.day(name)
        if day is None:
            self.fault(name, MISSING)
        return day or FIRST_DAY

    @overload
    def choice(self, name: str, of: type[Choice], default: Choice) -> Choice: ...
    @overload
    def choice(self, name: str, of: type[Choice], default: None) -> Choice | None: ...
    def choice(self, name: str, of: type[Choice], default: Choice | None) -> Choice | None:
        value = self._value(name)
        if value in (None, ""):
            return default
        known = {one.value: one for one in of}
        if not isinstance(value, str) or value not in known:
            self.fault(name, Sentence("«{text}» is none of {known}.", text=_shown(value), known=", ".join(known)))
            return default
        return known[value]

    def currency(self, name: str) -> str:
        value = self._value(name)
        text = value.strip().upper() if isinstance(value, str) else ""
        if value is None:
            return "USD"
        if not (len(text) == LETTERS and text.isascii() and text.isalpha()):
            self.fault(name, Sentence("«{text}» is no currency; write USD or EUR.", text=_shown(value)))
        return text

    def symbol(self, name: str, default: str | None = None) -> str:
        """«» only where there is a default: then it says that none is wanted."""
        value = self._value(name)
        if value is None and default is not None:
            return default
        if value == "" and default is not None:
            return ""
        return self._symbol(name, value)

    def symbols(self, name: str, *, least: int, most: int) -> tuple[str, ...]:
        value = self._value(name)
        if not isinstance(value, list):
            self.fault(name, Sentence("Name the securities, each with its symbol."))
            return ()
        found = [self._symbol(name, one) for one in value[: most + 1]]
        if repeated := _repeated(found):
            self.fault(name, Sentence("{symbol} is there twice.", symbol=repeated))
        if not least <= len(value) <= most:
            self.fault(
                name, Sentence("Between {least} and {most}; this is {value}.", least=least, most=most, value=len(value))
            )
        return tuple(sorted(found))

    def weights(self, name: str, most: int) -> dict[str, float]:
        """{symbol: part}, in order of the alphabet."""
        value = self._value(name)
        if not isinstance(value, Mapping) or not value:
            self.fault(name, Sentence("Name the securities and their parts, as {example}.", example='{"VTI": 0.6}'))
            return {}
        if len(value) > most:
            self.fault(name, Sentence("These are {count}; {most} at most.", count=len(value), most=most))
            return {}
        inner = Reader(value, self._below(name), self.faults)
        found = [(inner._symbol(str(one)[:LONGEST_SHOWN], one), inner._part(one)) for one in value]
        if repeated := _repeated([symbol for symbol, _ in found]):
            self.fault(name, Sentence("{symbol} is there twice.", symbol=repeated))
        return dict(sorted(found))

    def _part(self, symbol: str) -> float:
        value = self.data[symbol]
        if not _is_number(value) or value <= 0:
            self.fault(str(symbol)[:LONGEST_SHOWN], Sentence("«{text}» is no part above zero.", text=_shown(value)))
            return 0.0
        return round(float(value), DECIMALS)

    def _symbol(self, name: str, value: object) -> str:
        text = value.strip().upper() if isinstance(value, str) else ""
        if not SYMBOL.fullmatch(text):
            said = Sentence("Write a ticker like AAPL, VOD.L or BTC-USD.")
            self.fault(name, said if value in (None, "") else Sentence(
                "«{text}» is no symbol. Write a ticker like AAPL, VOD.L or BTC-USD.", text=_shown(value)))  # fmt: skip
        return text

    def _value(self, name: str) -> Any:
        self._seen.add(name)
        return self.data.get(name)

    def _below(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _repeated(symbols: list[str]) -> str:
    """The first that is there twice; empty: none."""
    return next((symbol for at, symbol in enumerate(symbols) if symbol and symbol in symbols[:at]), "")


def _is_number(value: object) -> bool:
    """A finite one of JSON's; true is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _shown(value: object) -> str:
    """Of lists in lists only that they are: they may be nested deeper than Python writes them."""
    return "[…]" if isinstance(value, Mapping | list) else str(value)[:LONGEST_SHOWN]
