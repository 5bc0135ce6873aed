"""Run a few backtests in our engine and in bt, and print how far they are apart: no database, no market."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        from charts.backtests.crosscheck import INSTALL, crosscheck, is_installed  # numpy only when it is run

        if not is_installed():
            self.stdout.write(INSTALL)
            return
        for check in crosscheck():
            self.stdout.write(f"{check.name}: at most {check.difference:.1e} apart, {check.end_value:,.2f} at the end")
