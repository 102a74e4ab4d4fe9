"""A task that proves that a worker answers."""

from celery import shared_task
from django.core.cache import cache


@shared_task
def answer_round_trip(token: str) -> None:
    """Leave the token where `manage.py celery_round_trip` looks for it; it is forgotten after a minute."""
    cache.set(f"round-trip:{token}", "answered", timeout=60)
