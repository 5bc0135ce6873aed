"""What portfolios report, for comparing."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.core.management import call_command

from portfolios.models import Portfolio


def reports(username: str) -> dict[str, dict[str, Any]]:
    """{portfolio: what `report --json` prints} of one person's, the combined one called «»."""
    return {row.name: printed(row) for row in Portfolio.objects.filter(owner__username=username)}


def printed(portfolio: Portfolio) -> dict[str, Any]:
    said = StringIO()
    call_command("report", str(portfolio.pk), "--json", stdout=said)
    answer: dict[str, Any] = json.loads(said.getvalue())
    return answer
