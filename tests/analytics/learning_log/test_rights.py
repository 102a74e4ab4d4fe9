"""The application's own role may insert and read; the log is sealed under it all the same."""

from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from analytics.learning_log.actions import Sequencer
from analytics.learning_log.signer import Signer
from tests.analytics.conftest import Append

pytestmark = pytest.mark.django_db


@pytest.fixture
def role() -> Iterator[str]:
    """A role that may use everything of the schema, as a careless grant would have it; restricted by the command."""
    name = f"app_{uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}")
        call_command("restrict_log_role", name, stdout=StringIO())
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield name
        cursor.execute("RESET ROLE")


def test_the_role_appends_and_sequences(role: str, append: Append, signer: Signer, now: datetime) -> None:
    record = append()
    done = Sequencer(signer).sequence(at=now, sign_now=True)
    assert done and done.placed and done.head
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM analytics_logposition WHERE record_id = %s", [record.pk])
        assert cursor.fetchone() == (done.size - 1,)


@pytest.mark.parametrize("table", ["logrecord", "logposition"])
@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE {} SET leaf_hash = ''",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {}",
    ],
)
def test_the_role_can_do_nothing_else(role: str, table: str, deed: str) -> None:
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(f"analytics_{table}"))


def test_an_owner_cannot_be_restricted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        row = cursor.fetchone()
    assert row is not None
    with pytest.raises(CommandError, match="an owner cannot be restricted"):
        call_command("restrict_log_role", row[0], stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("restrict_log_role", "nobody_of_this_name", stdout=StringIO())
