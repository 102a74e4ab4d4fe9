"""Print the demo's accounts: one a role, and the learners with their stories."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.accounts.roles import Role
from lms.config.demo import data


class Command(BaseCommand):
    help = "Print the demo's accounts and their password."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("This installation is not a demo (LMS_DEMO): it has no demo accounts.")
        self.stdout.write(f"演示账号（均为虚构），密码都是 {settings.DEMO_PASSWORD}")
        for member in data.staff():
            self.stdout.write(f"  {member.username:<10} {Role(member.role).label}")
        for learner in data.learners(timezone.localdate()):
            self.stdout.write(f"  {learner.username:<10} {Role.LEARNER.label} · {learner.name} · {learner.story}")
