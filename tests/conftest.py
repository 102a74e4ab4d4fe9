"""What every test stands on: a database whose logs may be emptied between tests, no network, and one time."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import hypothesis
import pytest
from pytest_django.plugin import DjangoDbBlocker

# A property is right or wrong, not fast or slow: a busy machine must not fail it.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

# The triggers that forbid TRUNCATE protect the logs; a transactional test ends by truncating every table.
# UPDATE and DELETE stay forbidden in tests as in life.
LET_TESTS_TRUNCATE = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT tgrelid::regclass AS on_table, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', found.on_table, found.tgname);
    END LOOP;
END
$$
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database: TRUNCATE triggers asleep, and what migrations left there put back after each emptying."""
    from django.db import connection
    from django.test import TransactionTestCase

    from tests import pristine

    empty_the_tables = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # Django's own, left out of its stubs

    def empty_and_restore(case: TransactionTestCase) -> None:
        empty_the_tables(case)
        pristine.restore()

    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(LET_TESTS_TRUNCATE)
        pristine.remember()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_and_restore)
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Threads of asynchronous tests keep their connections; with one left the database could not be dropped.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Only this machine can be reached: a test that asks the world would pass here and fail elsewhere."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_stranger(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_stranger(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_stranger(socket.AF_INET, (host,))
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture
def now() -> datetime:
    """A Saturday morning in Shanghai, 09:30, far from midnight, month's end and leap days."""
    return datetime(2026, 5, 9, 1, 30, tzinfo=UTC)


def _refuse_stranger(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    host = address[0]
    if host in {None, "", "localhost", b"localhost", socket.gethostname()}:
        return
    try:
        if ip_address(host if isinstance(host, str) else host.decode()).is_loopback or str(host) in {"0.0.0.0", "::"}:  # noqa: S104 — compared, not bound
            return
    except ValueError:
        pass
    raise RuntimeError(f"a test tried to reach {host!r}: tests have no network")
