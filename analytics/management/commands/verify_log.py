"""Verify the learning log, or a pack of it, and name the first thing that is wrong."""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from analytics.domain.evidence import Wrong, verify_pack
from analytics.domain.note import BadNote, VerifierKey, parse_key
from analytics.learning_log import queries
from analytics.learning_log.queries import archived, months, whole
from analytics.learning_log.queries.chunks import ChunkAsked, ChunkFound
from analytics.learning_log.signer import verify_quickly

MOST_PROCESSES = 8


class Command(BaseCommand):
    """Reads and changes nothing. Exit code 1 with the first thing that is wrong."""

    help = (
        "Verifies every record, place, tile, head and signature of the learning log (or of --bundle FILE),"
        " and that heads which left the house (--checkpoint FILE) lie in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to verify, and by what."""
        parser.add_argument("--from", type=int, default=0, dest="start", metavar="N", help="begin near this position")
        parser.add_argument("--bundle", type=Path, help="verify this evidence pack instead of the stored log")
        parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="a head that left the house")
        parser.add_argument("--key", action="append", default=[], help="a verifier key of the log that you trust")
        parser.add_argument(
            "--archive", type=Path, action="append", default=[], help="the file of a month that left the tables"
        )
        parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, MOST_PROCESSES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify. Raises CommandError with the first thing that is wrong."""
        try:
            keys = [parse_key(key) for key in options["key"]]
            notes = [path.read_text(encoding="utf-8") for path in options["checkpoint"]]
            if options["bundle"]:
                self.verify_bundle(options["bundle"], keys, notes)
            else:
                self.verify_stored(options["start"], keys, notes, processes=options["processes"])
                self.verify_archives(options["archive"], keys)
        except Wrong as wrong:
            raise CommandError(f"WRONG: {wrong}") from None
        except (BadNote, OSError) as unusable:
            raise CommandError(str(unusable)) from None

    def verify_bundle(self, path: Path, keys: list[VerifierKey], notes: list[str]) -> None:
        """A pack of the whole log or of one learner."""
        shown = verify_pack(str(path), keys=keys, checkpoints=notes, verify=verify_quickly, tell=self.stdout.write)
        self.stdout.write(
            f"GOOD: {shown.records} records of {shown.origin}, under a signed head of {shown.size};"
            f" {shown.heads} heads, {shown.cosignatures} cosignatures"
        )

    def verify_stored(self, start: int, keys: list[VerifierKey], notes: list[str], *, processes: int) -> None:
        """The tables themselves."""
        with pool_of(processes) as run:
            good = whole.verify_whole(keys=keys, brought=notes, start=max(start, 0), run=run, tell=self.progress)
        self.stdout.write(
            f"GOOD: {good.records} records, {good.heads} signed heads, {good.brought} heads that left the house;"
            f" {good.waiting} records wait for a place"
            + (f"; {good.archived} have left the tables and are proved by their hashes" if good.archived else "")
        )

    def verify_archives(self, paths: list[Path], keys: list[VerifierKey]) -> None:
        """Files of months that have left: each record by its proof, and by the place that the tree keeps for it."""
        trusted = tuple(keys) or tuple(parse_key(head.verifier_key) for head in [queries.latest_head()] if head)
        for path in paths:
            good = months.verify_month(path, keys=trusted, show=archived.compare_with_tree)
            self.stdout.write(f"GOOD: {good.records} records in {path.name}, each at its place in the tree")

    def progress(self, done: int, total: int) -> None:
        """A line that is written over on a terminal, and silence elsewhere but for the tenths."""
        if sys.stdout.isatty():
            self.stdout.write(
                f"\r{done * 100 // max(total, 1):3d} %  {done} of {total}", ending="" if done < total else "\n"
            )
        elif done * 10 // total != max(done - whole.CHUNK, 0) * 10 // total:
            self.stdout.write(f"{done * 100 // total} %: {done} of {total}")


Run = Callable[[Callable[[ChunkAsked], ChunkFound], Iterable[ChunkAsked]], Iterable[ChunkFound]]


@contextmanager
def pool_of(processes: int) -> Iterator[Run]:
    """A pool of processes with connections of their own; with one process, this one.

    Forked where this process has one thread: starting Python and Django anew takes longer than verifying half a million records.
    """
    if processes <= 1:
        yield map
        return
    connections.close_all()  # children would share it
    for one in connections.all():
        getattr(one, "close_pool", lambda: None)()  # it has threads of its own
    way = "fork" if threading.active_count() == 1 and sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(way)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=django.setup) as pool:
        pool.submit(os.getpid).result()  # forks all of them now, while no connection is open
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)  # after the first thing that is wrong nobody waits for the rest
