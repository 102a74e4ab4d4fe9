"""Ask a worker for an answer: exit 0 when one came, 1 when none came in time."""

import time
from argparse import ArgumentParser
from uuid import uuid4

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError

from lms.config.tasks import answer_round_trip


class Command(BaseCommand):
    help = "Ask a Celery worker for an answer, and wait for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--timeout", type=float, default=30, help="seconds to wait")

    def handle(self, *args: object, timeout: float, **options: object) -> None:
        token = uuid4().hex
        began = time.monotonic()
        answer_round_trip.delay(token)
        while time.monotonic() - began < timeout:
            if cache.get(f"round-trip:{token}"):
                self.stdout.write(f"A worker answered in {time.monotonic() - began:.2f} s.")
                return
            time.sleep(0.05)
        raise CommandError(f"No worker answered within {timeout:.0f} s.")
