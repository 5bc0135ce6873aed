"""Take over what `export_all` or «Download everything» wrote, into a new or an existing account."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stocktracker.backup.portable import ExportError


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.zip")
        parser.add_argument("--user", metavar="NAME", required=True, help="whose it becomes; made if not there")
        parser.add_argument("--from", dest="whose", metavar="NAME", default="", help="whose it was, if of several")

    def handle(self, *_args: Any, **options: Any) -> None:
        from stocktracker.backup.importing import import_all

        name = options["user"]
        try:
            taken = import_all(options["file"], name, timezone.now(), whose=options["whose"])
        except ExportError as error:
            raise CommandError(f"{error}\nNothing was stored.") from error
        self.stdout.write(f"{name} has {len(taken.portfolios)} more portfolios with {taken.transactions} transactions.")
        for portfolio in taken.portfolios:
            self.stdout.write(f"  {portfolio.pk}: {portfolio.name}")
        for sentence in taken.left_out:
            self.stdout.write(sentence)
        if not User.objects.get(username=name).has_usable_password():
            self.stdout.write(f"The account has no password yet: manage.py changepassword {name}.")
