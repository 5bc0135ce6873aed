"""Saved strategies of one person, written and taken over: asked for anew here, and saved on the day they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from charts.backtests.request import RequestError, as_data, read
from charts.backtests.rules import Untraded, symbols_of
from charts.models import Strategy
from charts.models.backtests import NAME_LENGTH
from charts.services.asking import basis_of, checked, wanted
from charts.services.saving import MOST_STRATEGIES
from charts.services.waking import request_strategy
from portfolios.models import Portfolio

from .naming import Names
from .portable import ExportError, Fields

ROOM = len(" (999)")  # that a name leaves for a number


def strategies_of(user: User) -> list[dict[str, Any]]:
    """As they were saved; the portfolio one is of by its name, for elsewhere its number says nothing."""
    names = dict(Portfolio.objects.filter(owner=user).values_list("pk", "name"))
    found = []
    for one in Strategy.objects.filter(owner=user).order_by("pk"):
        told: dict[str, Any] = {"name": one.name, "saved_on": one.saved_on, "request": one.request}
        if one.request["strategy"]["kind"] == "untraded":
            told["portfolio"] = names.get(one.request["strategy"]["portfolio"])
        found.append(told)
    return found


@dataclass(frozen=True, slots=True)
class Strategies:
    """What a file says of them, taken over for a person. Raises ExportError."""

    names: Names
    portfolios: Mapping[str, Portfolio]  # {name in the files: the portfolio here}
    now: datetime

    def take(self, entries: Iterable[Fields]) -> list[str]:
        """Sentences about those that were left out; the same under the same name stays as it is."""
        return [told for one in entries if (told := self._take(one))]

    def _take(self, one: Fields) -> str:
        name, saved_on = one.text("name", NAME_LENGTH).strip(), one.day("saved_on")
        if not name:
            raise ExportError(f"{one.where}: name is empty.")
        if saved_on > self.now.date():
            raise ExportError(f"{one.where}: {saved_on} has not come yet.")
        data = self._here(one)
        if data is None:
            return f"The strategy «{name}» was left out: the portfolio it is of is not among these files."
        taken = dict(Strategy.objects.filter(owner=self.names.user).values_list("name", "request"))
        if taken.get(name) == data:
            return ""
        if len(taken) >= MOST_STRATEGIES:
            return f"The strategy «{name}» was left out: nobody keeps more than {MOST_STRATEGIES}."
        request = self._believed(one, lambda: checked(data, self.names.user, self.now))
        row = wanted(request, basis_of(request), self.names.user, self.now)
        strategy = Strategy.objects.create(
            owner=self.names.user, name=_free(name, taken), request=as_data(request), saved_on=saved_on, result=row
        )
        request_strategy(strategy)
        return ""

    def _here(self, one: Fields) -> dict[str, Any] | None:
        """The request with the names things have here; None where it is of a portfolio that is not."""
        request = self._believed(one, lambda: read(one.told.get("request")))
        data = as_data(request)
        strategy, here = data["strategy"], self.names.here
        if isinstance(request.strategy, Untraded):
            portfolio = self.portfolios.get(str(one.told.get("portfolio")))
            if portfolio is None:
                return None
            strategy["portfolio"] = portfolio.pk
        self.names.check([here(symbol) for symbol in (*symbols_of(request.strategy), request.benchmark) if symbol],
                         one.where)  # fmt: skip
        if "weights" in strategy:
            strategy["weights"] = {here(symbol): part for symbol, part in strategy["weights"].items()}
        if "symbols" in strategy:
            strategy["symbols"] = [here(symbol) for symbol in strategy["symbols"]]
        for place, field in ((strategy, "symbol"), (strategy, "refuge"), (data, "benchmark")):
            if place.get(field):
                place[field] = here(place[field])
        return as_data(self._believed(one, lambda: read(data)))

    def _believed(self, one: Fields, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except RequestError as error:
            fault = error.faults[0]
            raise ExportError(": ".join(filter(None, (one.where, fault.path, str(fault.sentence))))) from error


def _free(name: str, taken: Iterable[str]) -> str:
    """The name, or with a number where another strategy has it."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name[: NAME_LENGTH - ROOM]} ({number})"
    return free
