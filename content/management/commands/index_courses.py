"""manage.py index_courses: rebuild the words of the course search."""

from typing import Any

from django.core.management.base import BaseCommand

from content.actions import index_all_courses


class Command(BaseCommand):
    help = "Rebuild the words of the course search from the live course pages."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index_all_courses()} courses indexed")
