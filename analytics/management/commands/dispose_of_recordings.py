"""Dispose of recordings of classes and tests whose term is over. The clock does the same each night."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analytics.domain import retention
from analytics.learning_log import actions


class Command(BaseCommand):
    """Deletes files for good; each run that deletes any files a record in the learning log."""

    help = (
        f"Deletes the recordings below --folder (LMS_RECORDINGS_DIR) that were last written {retention.VIDEO.months} months"
        f" ago ({', '.join(retention.VIDEO.sources)}), and puts it on record. FILE.hold beside a FILE keeps it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which folder."""
        parser.add_argument("--folder", type=Path, default=settings.RECORDINGS_ROOT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Dispose, and say of when the oldest is that is kept: the proof that the term is kept to. Raises CommandError."""
        try:
            done = actions.dispose_of_recordings(root=options["folder"], at=timezone.now())
        except OSError as unusable:
            raise CommandError(str(unusable)) from None
        oldest = f"; the oldest that is kept is of {done.oldest:%Y-%m-%d}" if done.oldest else ""
        self.stdout.write(f"{done.files} recordings ({done.size_bytes} bytes) are gone, {done.held} are held{oldest}")
