"""Leave the application's role no more of the log's tables than to insert and to read."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from analytics.learning_log.queries import partitions

INSERT_ONLY = ("logrecord", "logposition", "lognode", "treehead", "cosignature")


class Command(BaseCommand):
    """Run it as the owner of the tables, who is not the role that the application signs in with."""

    help = "Grants ROLE insert and select on the log's tables, and takes every other right away from it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose rights."""
        parser.add_argument("role")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        """Set the rights. Raises CommandError when the database refuses, or when ROLE owns the tables."""
        who = sql.Identifier(role)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_has_role(%s, tableowner, 'MEMBER') FROM pg_tables WHERE tablename = %s",
                               [role, "analytics_logrecord"])  # fmt: skip
                row = cursor.fetchone()
                if row is None or row[0]:
                    raise CommandError(
                        f"{role} owns the log's tables (or is a superuser): an owner cannot be restricted."
                    )
                for name in INSERT_ONLY:
                    self.allow(who, f"analytics_{name}", "SELECT, INSERT")
                # A month's own table is nobody's but the owner's; all go through the whole one.
                for month in partitions.tables():
                    self.allow(who, month, "")
                cursor.execute(
                    sql.SQL("GRANT USAGE ON SEQUENCE analytics_logrecord_id_seq TO {}").format(who).as_string()
                )
                # An arrival may be taken away as well: a trigger lets it go for a place alone.
                self.allow(who, "analytics_logarrival", "SELECT, INSERT, DELETE")
        except DatabaseError as refused:
            raise CommandError(str(refused).strip()) from None
        self.stdout.write(f"{role} may insert into the log and read it, and nothing else")

    def allow(self, who: sql.Identifier, name: str, rights: str) -> None:
        """Set the rights on one table; "" = none."""
        table = sql.Identifier(name)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(table, who).as_string())
            if rights:
                cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), table, who).as_string())
