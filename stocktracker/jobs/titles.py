"""Titles of jobs inside the database, so that one can search for what one reads."""

from __future__ import annotations

from string import Formatter

from django.db.models import Case, F, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext

from celeryconfig import QUEUES

from .kinds import Kind, kind_named, kinds_of

UNKNOWN = "…"  # as Job.title has it


def title() -> Case:
    """`Job.title` as an expression: one branch for each kind, a row of an unknown kind is called after it."""
    branches = [When(kind=kind.name, then=_title_of(kind)) for kind in _kinds()]
    return Case(*branches, default=F("kind"), output_field=TextField())


def _title_of(kind: Kind) -> Combinable:
    parts: list[Combinable] = [Value("")]
    for text, name, _, _ in Formatter().parse(gettext(kind.title)):
        parts.append(Value(text))
        if name == "subject":
            parts.append(F("subject"))
        elif name:
            parts.append(Coalesce(KT(f"args__{name}"), Value(UNKNOWN), output_field=TextField()))
    return Concat(*parts, output_field=TextField())


def choices() -> list[tuple[str, str]]:
    """(name, title without what one job is about), by title."""
    return sorted(((kind.name, kind.plain_title) for kind in _kinds()), key=lambda choice: choice[1])


def _kinds() -> list[Kind]:
    return [kind_named(name) for queue in QUEUES for name in kinds_of(queue)]
