"""Throw the dashboards' totals away and add them up anew from the log; say whether anything differed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics.card_index.actions import MonthsHaveLeft
from analytics.dashboards import actions, queries


class Command(BaseCommand):
    """Changes derived figures only. Exit code 1 when the totals had differed from the log."""

    help = "Adds the dashboards' totals up anew from the learning log, and says which figures had differed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and compare. Raises CommandError when a figure had differed, or months have left the tables."""
        actions.roll_up_all()
        before = queries.all_totals()
        try:
            added = actions.rebuild()
        except MonthsHaveLeft as why:
            raise CommandError(str(why)) from None
        after = queries.all_totals()
        differing = sorted(figure for figure in before.keys() | after.keys() if before.get(figure) != after.get(figure))
        self.stdout.write(f"{added} records added up, {len(after)} figures")
        for figure in differing[:20]:
            day, measure, group, where = figure
            self.stdout.write(
                f"{day} {measure} {group}{where}: {before.get(figure)} was shown, {after.get(figure)} is right"
            )
        if differing:
            raise CommandError(f"{len(differing)} figures had differed from the log; they are right now")
