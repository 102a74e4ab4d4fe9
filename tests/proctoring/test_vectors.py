"""Faces go to Postgres as bytes: by cursors that bind in the server and by those that write a statement out, alike."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from numpy.typing import NDArray

from analytics.learning_log.queries.bound import bound_cursor
from lms.accounts.models import User
from proctoring import face_store
from proctoring.vectors import DIMENSIONS, TooManyDimensions, Vector
from tests import people

Face = NDArray[np.float32]
MODEL = "geometry"
# Among so few rows Postgres would look at each; the index is what is tested here.
BY_THE_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"


@pytest.mark.parametrize("kind", [tuple, list, np.array, lambda numbers: np.array(numbers, dtype=np.float32)])
@pytest.mark.parametrize("written_out", [False, True])
def test_a_vector_arrives_as_it_was_whoever_binds_it(db: None, kind: type, written_out: bool) -> None:
    numbers = [0.25, -1.5, 3.0]
    cursor = connection.cursor() if written_out else bound_cursor()
    asked: list[Any] = [Vector(kind(numbers)), str([*numbers, *[0.0] * (DIMENSIONS - 3)])]
    cursor.execute("SELECT %b::vector = %s::vector", asked)
    assert cursor.fetchone() == (True,)
    cursor.close()


def test_a_vector_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooManyDimensions):
        Vector([0.0] * (DIMENSIONS + 1))


def crowd(now: datetime, many: int) -> tuple[User, list[User], Face]:
    """Somebody, and so many others, each a little further away than the one before; and the face of the first.

    It lies where no other does: what earlier tests have taken back stands in the index until it is vacuumed.
    """
    person = people.learner("验小真")
    face, away = np.random.default_rng().normal(size=(2, 64)).astype(np.float32)
    others = [people.learner(f"旁人{number}") for number in range(many)]
    for number, one in enumerate([person, *others]):
        face_store.keep_template(
            one.pk, face + 0.01 * number * away, model=(MODEL, "1"), lighting="usual", quality={}, at=now
        )
    return person, others, face


def test_the_nearest_of_others_are_found_by_the_index_as_wide_as_it_is_told(db: None, now: datetime) -> None:
    person, others, face = crowd(now, 30)
    with connection.cursor() as cursor:
        cursor.execute(BY_THE_INDEX)
    for width, found in ((100, 24), (10, 9)):  # of ten in sight one is the person
        near = face_store.nearest(face, MODEL, but=person.pk, limit=24, searched=30, width=width)
        assert [who for who, _distance in near] == [one.pk for one in others[:found]]
        assert [distance for _who, distance in near] == sorted(distance for _who, distance in near)


def test_the_question_uses_the_index_and_is_one(db: None, now: datetime) -> None:
    person, _others, face = crowd(now, 3)
    with connection.cursor() as cursor:
        cursor.execute(BY_THE_INDEX)
    with CaptureQueriesContext(connection) as asked:
        face_store.nearest(face, MODEL, but=person.pk, limit=2, searched=4, width=40)
    (one,) = asked.captured_queries
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + one["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "face_index_nearest" in plan
    with CaptureQueriesContext(connection) as asked:
        likeness = face_store.nearness(person.pk, MODEL, [face, (-face).tolist()])
    assert len(asked.captured_queries) == 1
    assert likeness == pytest.approx([1.0, -1.0])
