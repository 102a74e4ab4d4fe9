"""Let a program into the learning record store, or shut it out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from analytics.xapi import actions, queries
from analytics.xapi.domain.scopes import SCOPES


class Command(BaseCommand):
    """The secret goes to standard output once and is kept nowhere."""

    help = "xapi_client create NAME SCOPE …; xapi_client revoke KEY; xapi_client list"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do."""
        deeds = parser.add_subparsers(dest="deed", required=True)
        create = deeds.add_parser("create")
        create.add_argument("name")
        create.add_argument("scopes", nargs="+", choices=SCOPES)
        deeds.add_parser("revoke").add_argument("key")
        deeds.add_parser("list")

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        """Do it, and say what came of it."""
        match deed:
            case "create":
                made = actions.create_client(name=options["name"], scopes=options["scopes"], by=None, at=timezone.now())
                self.stdout.write(f"key: {made.key}\nsecret: {made.secret}")
            case "revoke":
                self._revoke(options["key"])
            case _:
                for client in queries.clients():
                    state = "revoked" if client.revoked_at else "open"
                    self.stdout.write(f"{client.key}\t{state}\t{client.name}\t{' '.join(sorted(client.scopes))}")

    def _revoke(self, key: str) -> None:
        for client in queries.clients():
            if client.key == key and client.revoked_at is None:
                actions.revoke_client(client_id=client.id, by=None, at=timezone.now())
                self.stdout.write(f"{key} is shut out")
                return
        raise CommandError(f"no client has the key {key} and may enter")
