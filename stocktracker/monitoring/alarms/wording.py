"""What an alarm says, in the reader's language."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from stocktracker.monitoring.models import Alarm

from .rules import RULES


def title(alarm: Alarm) -> str:
    """In the reader's language; the bare name of another version's rule."""
    return str(RULES[alarm.rule].title) if alarm.rule in RULES else alarm.rule


def sentence(alarm: Alarm) -> str:
    """What is wrong, with its numbers, in the reader's language."""
    rule = RULES.get(alarm.rule)
    facts = defaultdict(lambda: "…", alarm.facts | {"subject": alarm.subject})  # another version names other facts
    return str(rule.sentence) % facts if rule else _("A rule of another version: %(rule)s") % {"rule": alarm.rule}
