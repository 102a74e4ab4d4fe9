"""From the plan to the ledger; only the present employer reports, and only a reviewer of the area decides."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.credit import queries as credit
from lms.enterprise import actions
from lms.enterprise.actions import BadRows
from lms.enterprise.domain.on_site_code import code_at
from lms.enterprise.domain.place import Fix
from lms.enterprise.domain.training import State, TrainingRefused
from lms.enterprise.models import Training
from lms.organisations.models import Membership
from lms.reviews.queries import uses_of
from tests import people
from tests.lms.enterprise.conftest import Firm, good_row, planned, workbook
from tests.lms.reviews.conftest import picture, reviewer_at, upload

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def enterprise_hours(user: User, on: date) -> tuple[float, float]:
    """Hours of the category enterprise that count, and that wait, with two decimals."""
    (held,) = credit.decisions_of(user.pk, on)
    assert held.current is not None
    found = next(item for item in held.current.categories if item.code == "enterprise")
    return round(float(found.earned), 2), round(float(found.waiting), 2)


def code(row: Training, at: datetime) -> str:
    return code_at(bytes(row.code_secret), at)


def attended(firm: Firm, now: datetime) -> Training:
    """Yong was there for the whole session, Lan came an hour late."""
    row = planned(firm, now)
    late, end = now + HOUR, now + 2 * HOUR
    actions.sign_in(training_uuid=row.uuid, code=code(row, now), fix=None, at=now, by=firm.yong)
    actions.sign_in(training_uuid=row.uuid, code=code(row, late), fix=None, at=late, by=firm.lan)
    for who in (firm.yong, firm.lan):
        actions.sign_out(training_uuid=row.uuid, code=code(row, end), fix=None, at=end, by=who)
    actions.add_paper(training_uuid=row.uuid, upload=upload(picture(3)), at=end, by=firm.manager)
    return row


def test_signed_in_handed_in_accepted(firm: Firm, now: datetime) -> None:
    row, later = attended(firm, now), now + 3 * HOUR
    actions.hand_in(training_uuid=row.uuid, at=later, by=firm.manager)
    assert enterprise_hours(firm.yong, now.date()) == (0, 2.67)
    actions.decide_training(training_uuid=row.uuid, to=State.ACCEPTED, reason="签到表齐全", at=later, by=firm.reviewer)
    assert enterprise_hours(firm.yong, now.date()) == (2.67, 0)
    assert enterprise_hours(firm.lan, now.date()) == (1.33, 0)
    kinds = list(
        LogRecord.objects.filter(subject=str(row.uuid), kind__startswith="enterprise").values_list("kind", flat=True)
    )
    assert kinds.count("enterprise.person_signed_in") == 2
    assert kinds[-1] == "enterprise.training_decided"


def test_returned_and_handed_in_again(firm: Firm, now: datetime) -> None:
    row, later = attended(firm, now), now + 3 * HOUR
    actions.hand_in(training_uuid=row.uuid, at=later, by=firm.manager)
    actions.decide_training(
        training_uuid=row.uuid, to=State.RETURNED, reason="照片里看不清人", at=later, by=firm.reviewer
    )
    assert enterprise_hours(firm.yong, now.date()) == (0, 0)
    actions.add_paper(training_uuid=row.uuid, upload=upload(picture(4)), at=later, by=firm.manager)
    actions.hand_in(training_uuid=row.uuid, at=later, by=firm.manager)
    assert enterprise_hours(firm.yong, now.date())[1] > 2
    actions.decide_training(training_uuid=row.uuid, to=State.REJECTED, reason="不是培训", at=later, by=firm.reviewer)
    assert enterprise_hours(firm.yong, now.date()) == (0, 0)


def test_who_signed_on_paper_is_added_for_the_whole_time_and_marked(firm: Firm, now: datetime) -> None:
    row, later = planned(firm, now), now + 3 * HOUR
    with pytest.raises(TrainingRefused, match="not_over"):
        actions.add_from_sheet(training_uuid=row.uuid, people=[firm.lan.uuid], at=now, by=firm.manager)
    assert actions.add_from_sheet(training_uuid=row.uuid, people=[firm.lan.uuid], at=later, by=firm.manager) == 1
    part = row.attendances.get()
    assert (part.how, part.seconds) == ("sheet", 7200)
    with pytest.raises(TrainingRefused, match="not_your_people"):
        actions.add_from_sheet(training_uuid=row.uuid, people=[people.learner().uuid], at=later, by=firm.manager)


def test_what_is_refused_on_site(firm: Firm, now: datetime) -> None:
    row = planned(firm, now, latitude=Decimal("28.683"), longitude=Decimal("115.858"))
    here, away, vague = Fix(28.6831, 115.858, 20), Fix(28.8, 115.858, 20), Fix(28.6831, 115.858, 900)
    cases: list[tuple[User, str, Fix | None, datetime, str]] = [
        (firm.yong, "000000", here, now, "wrong_code"),
        (firm.yong, code(row, now - timedelta(minutes=2)), here, now, "wrong_code"),
        (firm.yong, code(row, now), None, now, "no_place"),
        (firm.yong, code(row, now), away, now, "not_here"),
        (firm.yong, code(row, now), vague, now, "not_here"),
        (firm.yong, code(row, now - HOUR), here, now - HOUR, "not_now"),
        (firm.yong, code(row, now + 4 * HOUR), here, now + 4 * HOUR, "not_now"),
        (people.learner(), code(row, now), here, now, "not_your_training"),
        (firm.other, code(row, now), here, now, "not_your_training"),
    ]
    for who, typed, fix, at, refusal in cases:
        with pytest.raises(TrainingRefused, match=refusal):
            actions.sign_in(training_uuid=row.uuid, code=typed, fix=fix, at=at, by=who)
    assert not row.attendances.exists()
    with pytest.raises(TrainingRefused, match="not_signed_in"):
        actions.sign_out(training_uuid=row.uuid, code=code(row, now), fix=here, at=now, by=firm.yong)
    part = actions.sign_in(training_uuid=row.uuid, code=code(row, now), fix=here, at=now, by=firm.yong)
    assert part.distance_metres == 11


def test_guessing_is_stopped(firm: Firm, now: datetime) -> None:
    row = planned(firm, now)
    for _ in range(8):
        with pytest.raises(TrainingRefused, match="wrong_code"):
            actions.sign_in(training_uuid=row.uuid, code="000000", fix=None, at=now, by=firm.yong)
    with pytest.raises(TrainingRefused, match="too_many_tries"):
        actions.sign_in(training_uuid=row.uuid, code=code(row, now), fix=None, at=now, by=firm.yong)


def test_nobody_else_runs_a_companys_training(firm: Firm, now: datetime) -> None:
    row, later = attended(firm, now), now + 3 * HOUR
    for stranger in (firm.other, firm.yong, people.administrator(), people.institution_manager(), firm.reviewer):
        for deed in (
            lambda who: actions.hand_in(training_uuid=row.uuid, at=later, by=who),
            lambda who: actions.cancel_training(training_uuid=row.uuid, at=later, by=who),
            lambda who: actions.add_paper(training_uuid=row.uuid, upload=upload(picture(9)), at=later, by=who),
            lambda who: actions.add_from_sheet(training_uuid=row.uuid, people=[], at=later, by=who),
            lambda who: actions.enter_rows(organisation_id=firm.place.pk, title="", content=b"", at=later, by=who),
            lambda who: planned(Firm(firm.place, who, firm.yong, firm.lan, firm.reviewer, who), later),
        ):
            with pytest.raises(TrainingRefused, match="not_your_company"):
                deed(stranger)


def test_nobody_else_decides(firm: Firm, now: datetime) -> None:
    row, later = attended(firm, now), now + 3 * HOUR
    actions.hand_in(training_uuid=row.uuid, at=later, by=firm.manager)
    strangers = [
        firm.manager,
        people.reviewer(),
        reviewer_at(people.organisation("authority", region="500000")),
        reviewer_at(firm.place),  # of the company itself
        people.authority("360000"),
    ]
    for stranger in strangers:
        with pytest.raises(TrainingRefused, match="out_of_scope"):
            actions.decide_training(training_uuid=row.uuid, to=State.ACCEPTED, reason="x", at=later, by=stranger)
    with pytest.raises(TrainingRefused, match="no_reason"):
        actions.decide_training(training_uuid=row.uuid, to=State.ACCEPTED, reason=" ", at=later, by=firm.reviewer)


def test_who_has_left_is_not_reported_any_more(firm: Firm, now: datetime) -> None:
    row, later = attended(firm, now), now + 3 * HOUR
    Membership.objects.filter(user=firm.yong).update(valid_until=now.date())
    actions.hand_in(training_uuid=row.uuid, at=later, by=firm.manager)
    assert enterprise_hours(firm.yong, now.date()) == (0, 0)
    assert enterprise_hours(firm.lan, now.date())[1] > 1


def test_without_papers_or_people_nothing_is_handed_in(firm: Firm, now: datetime) -> None:
    row, later = planned(firm, now), now + 3 * HOUR
    with pytest.raises(TrainingRefused, match="no_paper"):
        actions.hand_in(training_uuid=row.uuid, at=later, by=firm.manager)
    actions.add_paper(training_uuid=row.uuid, upload=upload(picture(3)), at=later, by=firm.manager)
    with pytest.raises(TrainingRefused, match="nobody_there"):
        actions.hand_in(training_uuid=row.uuid, at=later, by=firm.manager)


def test_a_photo_used_for_two_trainings_is_found(firm: Firm, now: datetime) -> None:
    first, second = attended(firm, now), planned(firm, now + timedelta(days=1))
    actions.add_paper(training_uuid=second.uuid, upload=upload(picture(3, quality=60)), at=now, by=firm.manager)
    (match,) = uses_of([second.uuid])
    assert match.other.subject == first.uuid


def test_rows_become_hours_by_the_day_they_were_done(firm: Firm, now: datetime) -> None:
    content = workbook(good_row(0), good_row(1, hours=2.5))
    row = actions.enter_rows(organisation_id=firm.place.pk, title="上半年", content=content, at=now, by=firm.manager)
    actions.add_paper(training_uuid=row.uuid, upload=upload(picture(3)), at=now, by=firm.manager)
    actions.hand_in(training_uuid=row.uuid, at=now, by=firm.manager)
    actions.decide_training(training_uuid=row.uuid, to=State.ACCEPTED, reason="齐全", at=now, by=firm.reviewer)
    assert enterprise_hours(firm.yong, now.date()) == (4, 0)
    assert enterprise_hours(firm.lan, now.date()) == (2.5, 0)


def test_a_sheet_with_one_mistake_is_not_taken_at_all(firm: Firm, now: datetime) -> None:
    stranger = ["路人", "990000198803121013", date(2026, 4, 20), "塔吊安全", 2]
    early = good_row(1, day=date(2019, 1, 1))
    with pytest.raises(BadRows) as caught:
        actions.enter_rows(
            organisation_id=firm.place.pk,
            title="",
            content=workbook(good_row(0), stranger, early),
            at=now,
            by=firm.manager,
        )
    found = [(one.row, one.column, one.code) for one in caught.value.mistakes]
    assert found == [(3, "B", "not_your_person"), (4, "", "before_employment")]
    assert not Training.objects.exists()


@pytest.mark.parametrize(
    ("content", "code_"),
    [(b"", "sheet_unreadable"), (b"PK\x03\x04 no zip", "sheet_unreadable"), (b"x" * 5_300_000, "sheet_too_large")],
)
def test_what_is_no_sheet_is_refused(firm: Firm, now: datetime, content: bytes, code_: str) -> None:
    with pytest.raises(TrainingRefused, match=code_):
        actions.enter_rows(organisation_id=firm.place.pk, title="", content=content, at=now, by=firm.manager)
