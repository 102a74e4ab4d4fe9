"""Give every record its place in the tree and sign the heads, for as long as the process lives."""

import logging
import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from analytics.learning_log.actions import BATCH, LogBroken, Sequencer
from analytics.learning_log.signer import NoSigningKey, log_signer

PAUSE_SECONDS = 0.5  # between rounds that found nothing more to do
TROUBLE_SECONDS = 1.0  # the database is away, or the log is broken: look again soon, but do not storm

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """The sequencer. Any number may run, on any hosts; they take turns, and whoever lives goes on for whoever died."""

    help = "Sequences the learning log and signs its heads until it is stopped; --once: until nothing waits."

    def add_arguments(self, parser: CommandParser) -> None:
        """--once for cron, tests and the end of a migration."""
        parser.add_argument("--once", action="store_true", help="stop when nothing waits; the head is signed at once")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Run. Raises CommandError without a key, and with --once when the log is broken."""
        try:
            signer = log_signer()
        except NoSigningKey as missing:
            raise CommandError(str(missing)) from None
        self.stopped = False
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self.stop)
        self.stdout.write(f"sequencing {signer.origin}; verifier key {signer.key.text}")
        sequencer = Sequencer(signer)
        while not self.stopped:
            pause = self.round(sequencer, once=once)
            if pause is None and once:
                return
            time.sleep(PAUSE_SECONDS if pause is None else pause)

    def round(self, sequencer: Sequencer, *, once: bool) -> float | None:
        """Do one batch; return how long to wait, or None when there is nothing left to do."""
        try:
            done = sequencer.sequence(at=timezone.now(), sign_now=once)
        except LogBroken as broken:
            if once:
                raise CommandError(str(broken)) from None
            log.critical("The log is broken; nothing is sealed until that is settled: %s", broken)
            return TROUBLE_SECONDS
        except (DatabaseError, InterfaceError) as error:
            if once:
                raise
            log.warning("The database did not take a batch (%s); it is tried again.", str(error).strip())
            connection.close()
            return TROUBLE_SECONDS
        if done is None:  # another one is at it
            return PAUSE_SECONDS
        if done.head:
            log.info("Head signed: %d leaves.", done.size)
        return 0 if done.placed == BATCH else None

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Finish the batch, then end."""
        self.stopped = True
