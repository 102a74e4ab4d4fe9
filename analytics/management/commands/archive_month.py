"""Write a month of the log to Parquet with its proofs, or verify such a file."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.domain.evidence import Wrong
from analytics.domain.note import BadNote, parse_key
from analytics.learning_log.queries import NothingSealed, months

SHANGHAI = ZoneInfo("Asia/Shanghai")
DECEMBER = 12


class Command(BaseCommand):
    """Reads the log and changes nothing. Exit code 1 with the first thing that is wrong."""

    help = "Writes the records of --month YYYY-MM to FILE as Parquet, each with its proof; --verify checks such a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which month, which file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--month", help="YYYY-MM, in Beijing time")
        parser.add_argument("--verify", action="store_true", help="verify the file instead of writing it")
        parser.add_argument("--key", action="append", default=[], help="a verifier key of the log that you trust")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or verify. Raises CommandError."""
        try:
            if options["verify"]:
                keys = tuple(parse_key(key) for key in options["key"])
                if not keys:
                    raise CommandError("--key: name the key that you trust")
                good = months.verify_month(options["file"], keys=keys)
                self.stdout.write(f"GOOD: {good.records} records, under a signed head of {good.head.size}")
            else:
                first = date.fromisoformat(f"{options['month']}-01")
                last = date(first.year + first.month // DECEMBER, first.month % DECEMBER + 1, 1)
                start, end = (datetime(day.year, day.month, 1, tzinfo=SHANGHAI) for day in (first, last))
                self.stdout.write(f"{months.write_month(options['file'], start=start, end=end)} records")
        except Wrong as wrong:
            raise CommandError(f"WRONG: {wrong}") from None
        except (BadNote, NothingSealed, ValueError) as unusable:
            raise CommandError(str(unusable) or "no head has been signed yet") from None
