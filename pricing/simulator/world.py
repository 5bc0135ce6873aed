"""What the simulated market is at a moment: which symbols there are, and what each shows."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pricing.simulator.actions import Actions
from pricing.simulator.instruments import Instrument, find
from pricing.simulator.restating import restated
from pricing.simulator.tape import Tape, Tick, latest_session, tape, tick


@dataclass(frozen=True, slots=True)
class World:
    """What an answer depends on besides the request."""

    now: datetime
    actions: Actions = field(default_factory=Actions)
    crumb_age: int = 0  # rises when all crumbs given out so far lose their value
    lag_hours: float | None = None  # how long after a session's close its bar stays null in charts; None: no bar does

    def crumb(self, cookie: str) -> str:
        return hashlib.sha256(f"{cookie}/{self.crumb_age}".encode()).hexdigest()[:11]

    def listed(self, symbol: str) -> Instrument | None:
        """None for what is not known, no longer traded, or not yet called so."""
        ended, renaming = self.actions.ended.get(symbol), self.actions.renamed.get(symbol)
        if ended is not None and self._begun(symbol, ended):
            return None
        if renaming is None:
            return find(symbol)
        instrument = find(renaming.origin) if self._begun(symbol, renaming.on) else None
        return replace(instrument, symbol=symbol) if instrument else None

    def tape(self, symbol: str) -> Tape | None:
        """Of a listed symbol; None before its first session."""
        origin = self.actions.origin(symbol)
        given = self.actions.histories.get(origin)
        seen = given.tape(self.now) if given else tape(origin, self.now, self.actions.splits.get(origin, ()))
        if seen is None:
            return None
        dividends, corrections = self.actions.dividends.get(origin, ()), self.actions.corrections.get(origin, ())
        if dividends or corrections:
            seen = restated(seen, dividends, corrections)
        return seen if origin == symbol else replace(seen, instrument=replace(seen.instrument, symbol=symbol))

    def tick(self, symbol: str) -> Tick | None:
        """Of a listed symbol; None before its first session."""
        origin = self.actions.origin(symbol)
        if origin in self.actions.histories or origin in self.actions.corrections:
            shown = self.tape(symbol)
            return shown.tick if shown else None
        return tick(origin, self.now, self.actions.splits.get(origin, ()))

    def latest_session(self, symbol: str) -> date:
        """Raises LookupError for a symbol that does not exist."""
        return latest_session(self.actions.origin(symbol), self.now)

    def _begun(self, symbol: str, on: date) -> bool:
        return self.latest_session(symbol) >= on
