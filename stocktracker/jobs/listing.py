"""The jobs page: which jobs it shows, and the page of them that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from .kinds import find_kind
from .models import ENDED, UNDER_WAY, Job, State
from .selectors import ASIDE, JobList, first_what_runs, listed, visible, with_parts
from .titles import title

ROWS_A_PAGE = 50
LAST_PAGE = 2_000  # a week's jobs of a busy deployment
ALL_UNDER_WAY = "under-way"  # a choice among the states
STATES = [(ALL_UNDER_WAY, gettext_lazy("under way")), *State.choices]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page shows, as its address says."""

    state: str = ""
    kind: str = ""
    text: str = ""
    mine: bool = False  # of staff: not everybody's
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filters:
        """Of a request's query; what makes no sense is left out."""
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state in dict(STATES) else "",
            kind=kind if find_kind(kind) else "",
            text=query.get("q", "").replace("\0", "").strip(),  # PostgreSQL takes no such character
            mine=bool(query.get("mine")),
            page=page_number(query.get("page", "")),
        )

    @property
    def narrow(self) -> bool:
        """Whether something is looked for, among the parts of jobs too."""
        return bool(self.state or self.kind or self.text)

    @property
    def query(self) -> str:
        """Without the page."""
        chosen = {"state": self.state, "kind": self.kind, "q": self.text, "mine": "1" if self.mine else ""}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def with_page(self) -> str:
        pages = urlencode({"page": self.page}) if self.page > 1 else ""
        return "&".join(filter(None, [self.query, pages]))

    @property
    def before(self) -> str:
        """The query of the page with newer jobs; nothing on the first one."""
        return f"?{replace(self, page=self.page - 1).with_page}" if self.page > 1 else ""

    @property
    def after(self) -> str:
        return f"?{replace(self, page=self.page + 1).with_page}"


def page_number(text: str) -> int:
    """1 for what is none."""
    known = text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_PAGE))
    return min(max(int(text), 1), LAST_PAGE) if known else 1


@dataclass(frozen=True, slots=True)
class JobsPage:
    jobs: JobList
    filters: Filters
    has_more: bool


def jobs_page(user: User, filters: Filters) -> JobsPage:
    """What is under way first, then the latest. Two queries, on later pages three."""
    found = with_parts(_chosen(user, filters)).select_related("requested_by")
    jobs = _slice(found, (filters.page - 1) * ROWS_A_PAGE, ROWS_A_PAGE + 1)
    return JobsPage(listed(jobs[:ROWS_A_PAGE]), filters, has_more=len(jobs) > ROWS_A_PAGE)


def _slice(jobs: QuerySet[Job], first: int, size: int) -> list[Job]:
    """Two ordered queries end to end: one over both would sort all jobs there are, each second that a page looks."""
    under_way = first_what_runs(jobs.filter(state__in=UNDER_WAY))
    found = list(under_way[first : first + size])
    if len(found) == size:
        return found
    before = first + len(found) if found or not first else under_way.count()
    skipped = max(first - before, 0)
    ended = jobs.filter(state__in=ENDED).order_by("-pk")
    return found + list(ended[skipped : skipped + size - len(found)])


def _chosen(user: User, filters: Filters) -> QuerySet[Job]:
    """Parts are on the page of their job, searches in their form: here only if somebody looks for them."""
    jobs = visible(user)
    if user.is_staff and filters.mine:
        jobs = jobs.filter(requested_by=user.pk)
    if filters.state:
        jobs = jobs.filter(state__in=UNDER_WAY if filters.state == ALL_UNDER_WAY else [filters.state])
    jobs = jobs.filter(kind=filters.kind) if filters.kind else jobs.exclude(kind__in=ASIDE)
    if filters.text:
        return _with_text(jobs, filters.text)
    return jobs if filters.narrow else _whole(jobs, user, filters)


def _whole(jobs: QuerySet[Job], user: User, filters: Filters) -> QuerySet[Job]:
    if user.is_staff and not filters.mine:
        return jobs.filter(parent=None)
    return jobs.filter(Q(parent=None) | ~Q(parent__requested_by=user.pk))  # somebody else's page would not be shown


def _with_text(jobs: QuerySet[Job], text: str) -> QuerySet[Job]:
    found: dict[str, Any] = {"title_text": title()}
    anywhere = Q(title_text__icontains=text) | Q(key__icontains=text) | Q(error__icontains=text)
    return jobs.annotate(**found).filter(anywhere)
