"""Write the whole learning log as an evidence pack, for whoever wants to verify it elsewhere."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analytics.learning_log import queries


class Command(BaseCommand):
    """The records hold no names, but they tell what persons did: hand the file to those who may read the log."""

    help = "Writes every record under the newest signed head, with all heads and the verifier, into a zip."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write whole or not at all."""
        new = file.with_name(file.name + ".new")
        try:
            with new.open("wb") as pack:
                written = queries.write_log_pack(pack, at=timezone.now())
            new.replace(file)
        except queries.NothingSealed:
            raise CommandError("Nothing is sealed yet: run manage.py sequence_log.") from None
        finally:
            new.unlink(missing_ok=True)
        self.stdout.write(f"{written} records in {file}")
