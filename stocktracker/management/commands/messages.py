"""Collect the texts to translate, merge them into the catalogues and compile those; or only check them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail where something is missing")

    def handle(self, *_args: Any, **options: Any) -> None:
        from stocktracker import catalogues

        for language, name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            missing = catalogues.missing(language) if options["check"] else catalogues.update(language)
            self.stdout.write(f"{name}: {len(missing)} of {len(catalogues.collected())} texts are not translated.")
            if options["check"] and missing:
                raise CommandError("\n".join(missing))
