"""The sum in the evidence pack against the sum of credit itself: written twice, they must always agree."""

import random
from datetime import datetime, timedelta

import pytest

from analytics.domain.hours_again import Told, hours_again
from analytics.domain.record import sealed_fields
from analytics.learning_log.models import LogRecord
from content.models import CourseEdition
from lms.accounts.models import User
from lms.credit.actions import award_watched
from tests.lms.credit.conftest import House, file_watching, formwork, house, learner, lesson_of  # noqa: F401 — fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]  # made before the first test begins


def told() -> list[Told]:
    rows = LogRecord.objects.order_by("pk").values_list("pk", "canonical")
    return [Told(pk, sealed_fields(bytes(canonical))) for pk, canonical in rows]


@pytest.mark.parametrize("seed", range(8))
def test_both_sums_agree_whatever_was_watched_when(request: pytest.FixtureRequest, now: datetime, seed: int) -> None:
    """Over days, in pieces, twice, past the end, reported late, awarded now and then."""
    who: User = request.getfixturevalue("learner")
    edition: CourseEdition = request.getfixturevalue("formwork")
    dice = random.Random(seed)  # noqa: S311 — to be repeated, not to be secret
    lessons = [lesson_of(edition, position) for position in (1, 2)]
    for _ in range(25):
        lesson = dice.choice(lessons)
        start = dice.uniform(0, 70)
        at = now + timedelta(hours=dice.randrange(-40, 80))
        file_watching(who, lesson, (start, start + dice.uniform(0.1, 9)), at=at)
        if dice.random() < 0.4:
            award_watched(learner_id=who.pk, subject_uuid=lesson, at=now)
    for lesson in lessons:
        award_watched(learner_id=who.pk, subject_uuid=lesson, at=now)
    found = hours_again(told())
    assert {each.lesson for each in found} == {str(lesson) for lesson in lessons}
    for each in found:
        assert each.difference == ""
        assert sum(each.supported.values()) > 0
