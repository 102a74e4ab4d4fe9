"""Load the shipped rule sets that are not in the database yet."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.credit.actions import RuleSetChanged, load_rule_sets


class Command(BaseCommand):
    help = "Load the shipped rule sets; those that are there are left alone."

    def handle(self, *args: object, **options: object) -> None:
        try:
            loaded = load_rule_sets(at=timezone.now())
        except RuleSetChanged as error:
            raise CommandError(f"规则没有载入：{error}。请给这份规则一个新的版本号。") from None
        for row in loaded:
            self.stdout.write(f"载入 {row.name} {row.version}（{row.get_status_display()}）")
        self.stdout.write(f"共载入 {len(loaded)} 份规则。")
