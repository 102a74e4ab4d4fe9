"""One learner's ledger is written by one deed at a time."""

from django.db import connection

_LEDGER = 0x6C65  # "le": keeps these locks apart from other advisory locks of the house


def lock_ledger(learner_id: int) -> None:
    """Wait for, and hold until the transaction ends, the right to write this learner's entries.

    Take it before reading what the sum is made of: whoever waited must see what the one before has written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LEDGER, learner_id % 2**31])
