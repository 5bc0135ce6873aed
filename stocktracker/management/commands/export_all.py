"""Write what people own as files anybody can read: transactions, settings, watchlist, alerts, reports."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portfolios.models import Portfolio
from stocktracker.backup.files import written_whole
from stocktracker.backup.manifest import BackupError


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.zip", help="where to; - is the standard output")
        parser.add_argument("--user", metavar="NAME", help="only this one's; else everybody's, a folder each")

    def handle(self, *_args: Any, **options: Any) -> None:
        from stocktracker.backup.exporting import export

        users = User.objects.order_by("pk")
        if options["user"] is not None:
            users = users.filter(username=options["user"])
        if not users:
            there = ", ".join(User.objects.order_by("pk").values_list("username", flat=True)[:20])
            raise CommandError(f"There is no user «{options['user'] or ''}». There are: {there or 'none'}.")
        try:
            with written_whole(options["file"]) as file:
                count = export(users, file, timezone.now(), report_now)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if options["file"] != "-":
            self.stdout.write(f"{options['file']}: {count} portfolios of {len(users)} people.")


def report_now(portfolio: Portfolio) -> dict[str, Any] | None:
    """As `report --json` prints it; None where there is nothing to report on."""
    from portfolios.accounting.entries import latest_date
    from portfolios.cases.answers import answer
    from portfolios.reports import ReportError, book_of, period_of, report_of

    try:
        book = book_of(portfolio)
        start, end = period_of(book, None, None, latest_date(timezone.now()))
        return answer(report_of(book, start, end))
    except ReportError:
        return None
