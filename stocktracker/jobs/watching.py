"""What of a page moves by itself: the bar, and the jobs the page shows. One poll asks for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext

from .pace import Pace, mark_of
from .selectors import JobList

MINE, SHOWN = ("m", "p"), ("s", "q")  # letters for what lived when the page asked last: moving, or waiting for a try


@dataclass(frozen=True, slots=True)
class Watch:
    bar: JobList  # my jobs
    shown: JobList  # the page's own
    address: str  # that answers with both, its own query included
    pace: Pace
    lived: str

    @classmethod
    def of(cls, query: Mapping[str, str], address: str, bar: JobList, shown: JobList | None = None) -> Watch:
        """As an address is asked for it: first without, then with what the page has seen."""
        shown = shown or JobList([])
        pace = Pace.of(query).seen(mark_of([bar.mark, shown.mark]))
        return cls(bar, shown, address, pace, query.get("live", ""))

    @property
    def live(self) -> str:
        return "".join(_letter(jobs, *letters) for jobs, letters in ((self.bar, MINE), (self.shown, SHOWN)))

    @property
    def ended(self) -> bool:
        """Whether since the page asked before nothing moves any more, of the bar or of the page, or nothing waits."""
        return any(
            (moving in self.lived and moving not in self.live)
            or (waiting in self.lived and waiting not in self.live and moving not in self.live)
            for moving, waiting in (MINE, SHOWN)
        )

    @property
    def said(self) -> str:
        """For those who do not see the bar go: one sentence at the end, nothing while numbers change."""
        lived = any(letter in self.lived for letter in MINE)
        return gettext("Your jobs have ended.") if lived and not self.bar.active else ""

    @property
    def seconds(self) -> int:
        """Until the page asks again; 0: never."""
        if not self.live:
            return 0
        alive = [jobs for jobs in (self.bar, self.shown) if jobs.active]
        return self.pace.seconds(waiting=all(jobs.waiting for jobs in alive))

    @property
    def next_address(self) -> str:
        """Where the page asks next."""
        joint = "&" if "?" in self.address else "?"
        return f"{self.address}{joint}{urlencode({'live': self.live})}&{self.pace.query}"

    def tell(self, response: HttpResponse) -> HttpResponse:
        """The answer, which tells the page when the last job it has seen has ended."""
        if self.ended:
            response["HX-Trigger"] = "jobs-done"
        return response


def _letter(jobs: JobList, moving: str, waiting: str) -> str:
    if not jobs.active:
        return ""
    return waiting if jobs.waiting else moving
