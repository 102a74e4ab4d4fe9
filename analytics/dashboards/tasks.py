"""The clock's call for the totals. It may run twice."""

from celery import shared_task

from analytics.dashboards import actions


@shared_task
def roll_up() -> int:
    """Add what was sealed since to the totals."""
    return actions.roll_up_all()
