"""Show an auditor the secret plan of a session, and that it is the one that the log committed to."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from proctoring.queries import revealed_plan


class Command(BaseCommand):
    help = "Print seed, plan and commitment of a face session; files that it was opened."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", type=UUID)

    def handle(self, *args: object, session: UUID, **options: object) -> None:
        found = revealed_plan(session)
        if found is None:
            raise CommandError("there is no such session")
        with transaction.atomic():
            append(
                kind="proctoring.plan_opened",
                actor_id=None,
                happened_at=timezone.now(),
                payload={"session_uuid": str(session)},
            )
        seed, due_ms, commitment = found
        self.stdout.write(f"seed        {seed}")
        self.stdout.write(f"due (ms)    {', '.join(map(str, due_ms)) or 'none'}")
        self.stdout.write(f"commitment  {commitment}")
