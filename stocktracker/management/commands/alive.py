"""Exit code 0 if this machine's worker, or beat, has given a sign of life: what a container's health check asks."""

import socket
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

import redis
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from stocktracker.jobs.heartbeats import read_signs

BEAT_SILENT = timedelta(minutes=1)  # it ticks every five seconds


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", choices=["worker", "beat"])

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            signs = read_signs()
        except redis.RedisError:
            self.stdout.write("Redis does not answer, so nobody can give a sign; a restart would not help.")
            return
        if options["process"] == "worker":
            here = f"celery@{socket.gethostname()}/"
            if not any(one.name.startswith(here) for one in signs.alive(now)):
                raise CommandError("The worker of this machine has given no sign for 20 seconds.")
        elif signs.ticked_at is None or now - signs.ticked_at > BEAT_SILENT:
            raise CommandError("Beat has not ticked for a minute.")
        self.stdout.write("alive")
