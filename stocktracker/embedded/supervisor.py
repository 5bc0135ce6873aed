"""Keeps children alive: whoever ends comes back, after a pause that grows with every crash in a row."""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from stocktracker.embedded.child import Child, Recipe, stop_together
from stocktracker.embedded.stopping import StopWish
from stocktracker.embedded.terminal import say

LONGEST_PAUSE = 30.0  # seconds
ENOUGH_DOUBLINGS = 5  # 2**5 is above the longest pause, and 2.0**1024 would be above every float
FORGIVEN_AFTER = 60.0  # seconds alive; a crash after that is the first one again


def pause_before_restart(crashes: int, *, at_once: bool) -> float:
    """Seconds: 1, 2, 4 … 30 after the first, second, third crash in a row; «at once» puts a 0 in front."""
    doublings = crashes - (2 if at_once else 1)
    if doublings < 0:
        return 0.0
    return min(LONGEST_PAUSE, 2.0 ** min(doublings, ENOUGH_DOUBLINGS))


@dataclass
class Kept:
    """A child that must not be missing."""

    recipe: Recipe
    clean_up: Callable[[], None] | None  # servers: what a dead one may have left behind
    child: Child
    crashes: int = 0
    due: float | None = None  # when to start it again; None while it runs


class Supervisor:
    """All kept children, in the order they were started. `on_change` hears who runs now."""

    def __init__(self, on_change: Callable[[list[Child]], None], *, report: Callable[[str], None] = say) -> None:
        self._kept: list[Kept] = []
        self._passing: list[Child] = []
        self._on_change = on_change
        self._report = report

    def keep(self, recipe: Recipe, *, clean_up: Callable[[], None] | None = None) -> Child:
        """Start a child that comes back when it ends. With clean_up it is a server: it comes back at once."""
        child = Child(recipe)
        self._kept.append(Kept(recipe, clean_up, child))
        self._tell()
        return child

    def run_once(self, recipe: Recipe) -> Child:
        """Start a child that may end; it is only stopped with the others."""
        child = Child(recipe)
        self._passing.append(child)
        self._tell()
        return child

    def look_after(self) -> None:
        """Notice who ended, and start again whose pause is over."""
        now = time.monotonic()
        for kept in self._kept:
            if kept.due is None and not kept.child.alive():
                self._schedule(kept, now)
            if kept.due is not None and now >= kept.due:
                self._restart(kept, now)

    def stop(self, wish: StopWish, *, keep: Collection[str] = ()) -> None:
        """Stop all together, except those with these names; a second Ctrl-C kills them."""
        chosen = [child for child in self._children() if child.name not in keep]
        for name in stop_together(chosen, hurry=lambda: wish.hurry):
            self._report(f"{name} was killed: it had not stopped by itself yet.")

    def _schedule(self, kept: Kept, now: float) -> None:
        kept.child.kill()  # take what is left of its session along
        if now - kept.child.started > FORGIVEN_AFTER:
            kept.crashes = 0
        when = self._put_off(kept, now)
        self._report(
            f"{kept.recipe.name} ended (exit code {kept.child.exit_code}) and starts again {when}; "
            f"its last lines, from {kept.recipe.log.path}:{kept.recipe.log.tail()}"
        )

    def _restart(self, kept: Kept, now: float) -> None:
        if kept.clean_up:
            kept.clean_up()
        try:
            kept.child = Child(kept.recipe)
        except OSError as error:  # its program has gone: perhaps somebody is installing it anew
            when = self._put_off(kept, now)
            self._report(f"{kept.recipe.name} cannot start ({error}); next attempt {when}.")
            return
        kept.due = None
        self._tell()

    def _put_off(self, kept: Kept, now: float) -> str:
        kept.crashes += 1
        pause = pause_before_restart(kept.crashes, at_once=kept.clean_up is not None)
        kept.due = now + pause
        return f"in {pause:.0f} s" if pause else "now"

    def _children(self) -> Iterator[Child]:
        yield from self._passing
        yield from (kept.child for kept in self._kept)

    def _tell(self) -> None:
        self._on_change(list(self._children()))
