"""What is done by the clock."""

from celery import shared_task

from analytics.xapi import actions

MOST_CHUNKS = 50  # in one go, so that a worker is not held for long; the next minute goes on


@shared_task
def tell_log_as_statements() -> int:
    """Tell what the learning log has got since; return how many records were looked at."""
    looked_at = 0
    for _ in range(MOST_CHUNKS):
        done = actions.roll_up()
        looked_at += done
        if not done:
            break
    return looked_at
