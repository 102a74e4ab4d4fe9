"""File a witness's cosignature, so that it is shown under the head."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.domain.note import BadNote, parse_key
from analytics.learning_log.actions import NotOurs, file_cosignature


class Command(BaseCommand):
    """Takes what `witness_log` prints."""

    help = "Checks a cosigned head and publishes the cosignature under the log's own."

    def add_arguments(self, parser: CommandParser) -> None:
        """The cosigned head, and whose it is."""
        parser.add_argument("file", type=Path, help="the head with the witness's line below")
        parser.add_argument("--witness", required=True, metavar="KEY", help="the witness's verifier key")

    def handle(self, *args: Any, file: Path, witness: str, **options: Any) -> None:
        """File it. Raises CommandError for what does not verify."""
        try:
            new = file_cosignature(note=file.read_text(encoding="utf-8"), witness=parse_key(witness))
        except (NotOurs, BadNote, OSError) as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write("filed" if new else "was filed already")
