"""Two requests in the same moment: the same statement twice is stored once, another content under its id is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
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
