"""Tell the learning log as xAPI statements, up to its last placed record."""

from typing import Any

from django.core.management.base import BaseCommand

from analytics.xapi import actions


class Command(BaseCommand):
    """What the clock does every minute, by hand. It may be stopped and run again at any time."""

    help = "Rolls the learning log up into the learning record store."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until nothing is left."""
        looked_at = 0
        while done := actions.roll_up():
            looked_at += done
        self.stdout.write(f"{looked_at} records looked at")
