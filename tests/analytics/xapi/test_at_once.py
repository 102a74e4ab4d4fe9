"""Two requests in the same moment: the same statement twice is stored once, another content under its id is refused."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from analytics.xapi.actions import create_client
from analytics.xapi.log_kinds import STATEMENTS_STORED
from analytics.xapi.models import XapiStatement
from tests.analytics.xapi.conftest import Program, a_statement

AT_ONCE = 4


def at_once(deeds: list[Callable[[], int]]) -> list[int]:
    """Do these in threads that start together; return what each gave."""
    barrier = Barrier(len(deeds))

    def one(deed: Callable[[], int]) -> int:
        barrier.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


def sending(program: Program, statement: dict[str, Any]) -> Callable[[], int]:
    return lambda: program.post(statement).status_code


@pytest.mark.django_db(transaction=True)
def test_the_same_statement_is_stored_once_and_another_is_refused() -> None:
    made = create_client(name="x", scopes=["all"], by=None, at=timezone.now())
    same = a_statement()
    programs = [Program(made.key, made.secret) for _ in range(AT_ONCE)]
    assert at_once([sending(program, same) for program in programs]) == [200] * AT_ONCE
    assert XapiStatement.objects.count() == LogRecord.objects.filter(kind=STATEMENTS_STORED).count() == 1
    others = [a_statement(id=same["id"], verb={"id": f"http://example.com/{n}"}) for n in range(AT_ONCE)]
    assert (
        at_once([sending(program, other) for program, other in zip(programs, others, strict=True)]) == [409] * AT_ONCE
    )
    uuid = same["id"]
    fresh = [other | {"id": uuid[:-1] + ("0" if uuid[-1] != "0" else "1")} for other in others]
    said = at_once([sending(program, other) for program, other in zip(programs, fresh, strict=True)])
    assert sorted(said) == [200, *[409] * (AT_ONCE - 1)]
    assert XapiStatement.objects.count() == 2


# A statement takes its time, so that two batches surely meet in the middle.
SLOWLY = """
CREATE FUNCTION test_slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END';
CREATE TRIGGER test_slowly AFTER INSERT ON analytics_xapistatement FOR EACH ROW EXECUTE FUNCTION test_slowly()
"""
# The numbers of a sequence survive a rollback: the first two tries fail as a deadlock does, the third goes through.
GIVEN_UP = """
CREATE SEQUENCE test_tries;
CREATE FUNCTION test_given_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('test_tries') <= %s THEN RAISE EXCEPTION 'given up' USING ERRCODE = 'deadlock_detected'; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER test_given_up AFTER INSERT ON analytics_xapistatement FOR EACH STATEMENT EXECUTE FUNCTION test_given_up()
"""
AWAY = """
DROP FUNCTION IF EXISTS test_slowly CASCADE; DROP FUNCTION IF EXISTS test_given_up CASCADE;
DROP SEQUENCE IF EXISTS test_tries
"""


@pytest.fixture
def trouble(transactional_db: None) -> Iterator[Callable[[str], None]]:
    """Put a trigger on the table of statements, for one test."""

    def make(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    yield make
    make(AWAY)


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[1])


@pytest.mark.django_db(transaction=True)
def test_batches_with_the_same_ids_in_opposite_order_do_not_wait_for_each_other(
    trouble: Callable[[str], None],
) -> None:
    made = create_client(name="x", scopes=["all"], by=None, at=timezone.now())
    batch = [a_statement() for _ in range(6)]
    programs = [Program(made.key, made.secret) for _ in range(2)]
    trouble(SLOWLY)
    before = deadlocks()
    ways = [lambda: programs[0].post(*batch).status_code, lambda: programs[1].post(*reversed(batch)).status_code]
    assert at_once(ways) == [200, 200]
    assert deadlocks() == before
    assert XapiStatement.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_batch_keeps_its_order() -> None:
    made = create_client(name="x", scopes=["all"], by=None, at=timezone.now())
    program, batch = Program(made.key, made.secret), [a_statement() for _ in range(6)]
    program.post(*reversed(batch))
    assert [str(uuid) for uuid in XapiStatement.objects.order_by("pk").values_list("uuid", flat=True)] == [
        each["id"] for each in reversed(batch)
    ]


@pytest.mark.django_db(transaction=True)
def test_what_the_database_gave_up_is_tried_again(trouble: Callable[[str], None]) -> None:
    made = create_client(name="x", scopes=["all"], by=None, at=timezone.now())
    trouble(GIVEN_UP % 2)
    assert Program(made.key, made.secret).post(a_statement()).status_code == 200
    assert XapiStatement.objects.count() == LogRecord.objects.filter(kind=STATEMENTS_STORED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_database_gives_up_for_ever_is_told_as_it_is(trouble: Callable[[str], None]) -> None:
    made = create_client(name="x", scopes=["all"], by=None, at=timezone.now())
    trouble(GIVEN_UP % 1000)
    with pytest.raises(OperationalError, match="given up"):
        Program(made.key, made.secret).post(a_statement())
    assert not XapiStatement.objects.exists()
