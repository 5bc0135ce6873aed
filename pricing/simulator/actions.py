"""What the simulated market was told to let happen to symbols: splits, dividends, delistings, new names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, TypeVar

from pricing.simulator.instruments import Split
from pricing.simulator.replay import Replay
from pricing.simulator.restating import Correction, Dividend

Item = TypeVar("Item")
Each = Mapping[str, tuple[Item, ...]]


@dataclass(frozen=True, slots=True)
class Renaming:
    origin: str  # the symbol whose prices these are
    on: date


@dataclass(frozen=True, slots=True)
class Actions:
    """By symbol; telling one more gives a new one. What is told of a new name is kept under the name it had first."""

    splits: Each[Split] = field(default_factory=dict)
    dividends: Each[Dividend] = field(default_factory=dict)
    corrections: Each[Correction] = field(default_factory=dict)
    histories: Mapping[str, Replay] = field(default_factory=dict)
    ended: Mapping[str, date] = field(default_factory=dict)  # from that session on nobody knows it
    renamed: Mapping[str, Renaming] = field(default_factory=dict)  # by new symbol

    def origin(self, symbol: str) -> str:
        """The symbol whose prices are shown under this one."""
        return self.renamed[symbol].origin if symbol in self.renamed else symbol

    def with_split(self, symbol: str, split: Split) -> Self:
        return replace(self, splits=_more(self.splits, self.origin(symbol), split))

    def with_dividend(self, symbol: str, dividend: Dividend) -> Self:
        return replace(self, dividends=_more(self.dividends, self.origin(symbol), dividend))

    def with_correction(self, symbol: str, correction: Correction) -> Self:
        return replace(self, corrections=_more(self.corrections, self.origin(symbol), correction))

    def with_history(self, replay: Replay) -> Self:
        return replace(self, histories={**self.histories, replay.instrument.symbol: replay})

    def delisted(self, symbol: str, on: date) -> Self:
        return replace(self, ended={**self.ended, symbol: on})

    def renamed_to(self, old: str, new: str, on: date) -> Self:
        """The new name is unknown before that day, as is the old one from then on."""
        ended = {symbol: day for symbol, day in self.ended.items() if symbol != new}
        renamed = {**self.renamed, new: Renaming(self.origin(old), on)}
        return replace(self, ended={**ended, old: on}, renamed=renamed)


def _more(known: Each[Item], symbol: str, item: Item) -> Each[Item]:
    return {**known, symbol: (*known.get(symbol, ()), item)}
