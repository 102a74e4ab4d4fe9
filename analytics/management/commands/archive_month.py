"""Write a month of the log to Parquet with its proofs, take it out of the tables, dispose of it, or verify such a file."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from analytics.domain import retention
from analytics.domain.evidence import Wrong
from analytics.domain.note import BadNote, VerifierKey, parse_key
from analytics.learning_log import actions
from analytics.learning_log.queries import NothingSealed, months
from analytics.learning_log.queries.partitions import MONTHS_OF

DECEMBER = 12


class Command(BaseCommand):
    """Only --detach and --dispose change anything. Exit code 1 with the first thing that is wrong."""

    help = (
        "Writes the records of --month YYYY-MM to FILE as Parquet, each with its proof; --detach takes the month out of the"
        " tables as well, --dispose destroys a file whose term is over, --verify checks one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which month, which file, and what to do with it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--month", help="YYYY-MM, in Beijing time; with --detach also: before")
        deeds = parser.add_mutually_exclusive_group()
        deeds.add_argument("--verify", action="store_true", help="verify the file instead of writing it")
        deeds.add_argument(
            "--detach", action="store_true", help="write and verify the file, then drop the month's table"
        )
        deeds.add_argument(
            "--dispose", action="store_true", help="destroy the file, when the term of its records is over"
        )
        parser.add_argument("--key", action="append", default=[], help="a verifier key of the log that you trust")
        parser.add_argument(
            "--online-months", type=int, default=retention.RECORDS.months, help="how long a month stays in the tables"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError."""
        try:
            self.stdout.write(self.do(options))
        except Wrong as wrong:
            raise CommandError(f"WRONG: {wrong}") from None
        except OperationalError as busy:
            raise CommandError(f"the log is busy; nothing was changed, try again in a quiet hour ({busy})") from None
        except (BadNote, NothingSealed, ValueError, OSError, duckdb.Error) as unusable:
            raise CommandError(str(unusable) or "no head has been signed yet") from None

    def do(self, options: dict[str, Any]) -> str:
        """Return what was done, in words."""
        file: Path = options["file"]
        if options["verify"]:
            good = months.verify_month(file, keys=_trusted(options))
            return f"GOOD: {good.records} records, under a signed head of {good.head.size}"
        if options["dispose"]:
            gone = actions.dispose_of_month(path=file, keys=_trusted(options), at=timezone.now())
            return f"{gone.records} records are gone, {gone.kept} are kept"
        if options["detach"]:
            records = actions.archive_month(
                name=options["month"] or "",
                path=file,
                keys=_trusted(options),
                online_months=options["online_months"],
                at=timezone.now(),
            )
            return f"{records} records in {file}, and no longer in the tables"
        first = date.fromisoformat(f"{options['month']}-01")
        last = date(first.year + first.month // DECEMBER, first.month % DECEMBER + 1, 1)
        start, end = (datetime(day.year, day.month, 1, tzinfo=MONTHS_OF) for day in (first, last))
        return f"{months.write_month(file, start=start, end=end)} records"


def _trusted(options: dict[str, Any]) -> tuple[VerifierKey, ...]:
    keys = tuple(parse_key(key) for key in options["key"])
    if not keys:
        raise CommandError("--key: name the key that you trust")
    return keys
