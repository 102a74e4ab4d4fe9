"""A running import taken to its end by two hands, each with a connection: while the database does one batch, the next is made."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.utils import timezone

from lms.enterprise.actions.import_runs import run_batch
from lms.enterprise.models import ImportBatch, RosterImport

Told = Callable[[RosterImport], None]


def run_import(*, import_id: int, told: Told) -> None:
    """Do an import that runs until it is over, is cancelled, or another worker has its last rows.

    told: is called after each batch, and at the end, by whichever hand has done it.
    """
    alone = connection.in_atomic_block  # what is not committed yet, nobody else could see
    if alone or ImportBatch.objects.filter(run_id=import_id).count() < 2:  # noqa: PLR2004 — there is work for one
        _work(import_id, told)
        return
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import") as other:
        helping = other.submit(_help, import_id, told)
        _work(import_id, told)
        helping.result()


def _work(import_id: int, told: Told) -> None:
    while (run := run_batch(import_id=import_id, at=timezone.now())) is not None:
        told(run)
        if run.ended_at is not None:
            return


def _help(import_id: int, told: Told) -> None:
    try:
        _work(import_id, told)
    finally:
        connection.close()  # this thread's own, which nobody else would close
