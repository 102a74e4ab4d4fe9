"""Telling a person something once, in every way, at an hour that suits; and what is not delivered is tried again."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from lms.accounts.models import User
from lms.notices import actions
from lms.notices.domain.channels import Channel
from lms.notices.kinds import ONE_TIME_CODE, BadNotice, NoticeKind, UnknownNotice, register
from lms.notices.models import Delivery, Notice
from lms.notices.queries import unread_count
from tests.lms.notices.conftest import CENTRE_ONLY, PLAIN, Operator
from tests.people import learner, person

pytestmark = pytest.mark.django_db
PARAMS: dict[str, str | int] = {"number": "例-1", "days": 30}
CODE: dict[str, str | int] = {"code": "483920", "minutes": 5}


@pytest.fixture
def reached() -> User:
    return person(phone="12055500001")


def sms_of(notice: Notice | None) -> Delivery:
    assert notice is not None
    return Delivery.objects.get(notice=notice, channel=Channel.SMS)


def test_the_same_key_tells_a_person_once(reached: User, now: datetime) -> None:
    first = actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="expiry:1:30", at=now)
    again = actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="expiry:1:30", at=now)
    other = actions.send(person_id=learner().pk, kind=PLAIN, params=PARAMS, key="expiry:1:30", at=now)
    assert first is not None
    assert again is None
    assert other is not None
    assert Notice.objects.count() == 2


def test_a_text_that_its_parameters_do_not_fill_is_refused_at_once(reached: User, now: datetime) -> None:
    with pytest.raises(BadNotice):
        actions.send(person_id=reached.pk, kind=PLAIN, params={"number": "1"}, key="k", at=now)
    with pytest.raises(UnknownNotice):
        actions.send(person_id=reached.pk, kind="test.nobody", params={}, key="k", at=now)
    assert not Notice.objects.exists()


def test_a_kind_has_one_meaning_and_no_secret_stands_in_the_centre() -> None:
    with pytest.raises(BadNotice):
        register(NoticeKind(PLAIN, title="另", text="另"))
    with pytest.raises(BadNotice):
        register(NoticeKind("test.secret", title="码", text="%(code)s", secret=True))


def test_an_sms_goes_out_through_the_operators_gateway(reached: User, now: datetime, operator: Operator) -> None:
    notice = actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="k", at=now)
    sms = sms_of(notice)
    actions.deliver(sms.pk, at=now)
    assert actions.deliver(sms.pk, at=now) is None, "over is over"
    assert [(sent["to"], sent["text"]) for sent in operator.taken] == [("12055500001", "证书 例-1 还有 30 天到期")]
    assert operator.tokens == ["Bearer token-of-tests"]
    sms.refresh_from_db()
    assert (sms.state, sms.receipt, sms.address_masked) == ("sent", "r1", "120****0001")


def test_a_gateway_that_fails_is_asked_again_later_and_given_up_at_last(
    reached: User, now: datetime, operator: Operator
) -> None:
    operator.failures = 3
    sms = sms_of(actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="k", at=now))
    at, waits = now, []
    while sms.state != "sent":
        actions.deliver(sms.pk, at=at)
        sms.refresh_from_db()
        waits.append((sms.due_at - at).total_seconds())
        at = max(sms.due_at, at)
    assert waits == [30, 60, 120, 0]
    keys = {sent["key"] for sent in operator.taken}
    assert len(operator.taken) == len(keys) == 1

    operator.failures = 99
    sms = sms_of(actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="k2", at=at))
    for _ in range(8):
        sms.refresh_from_db()
        actions.deliver(sms.pk, at=sms.due_at)
    sms.refresh_from_db()
    assert (sms.state, sms.attempts, sms.trouble) == ("failed", 8, "HTTP 503")


def test_what_can_wait_waits_for_the_morning_and_a_code_does_not(reached: User, now: datetime) -> None:
    late = now + timedelta(hours=14)  # 23:30
    waiting = sms_of(actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="k", at=late))
    urgent = sms_of(actions.send(person_id=reached.pk, kind=ONE_TIME_CODE, params=CODE, key="c", at=late))
    assert waiting.due_at == late + timedelta(hours=8, minutes=30)
    assert urgent.due_at == late
    assert actions.waiting(at=late) == (urgent.pk,)


def test_a_code_stands_nowhere_in_clear_and_is_forgotten_when_it_has_gone_out(
    reached: User, now: datetime, operator: Operator
) -> None:
    notice = actions.send(person_id=reached.pk, kind=ONE_TIME_CODE, params=CODE, key="c", at=now)
    assert notice is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM notices_notice t WHERE id = %s", [notice.pk])
        assert "483920" not in cursor.fetchone()[0]
    assert actions.params_of(notice) == CODE
    actions.deliver(sms_of(notice).pk, at=now)
    assert "483920" in operator.taken[0]["text"]
    notice.refresh_from_db()
    assert not notice.sealed
    assert actions.params_of(notice) == {}
    assert unread_count(reached.pk) == 0


def test_whoever_has_no_phone_is_skipped_and_the_reason_stands_there(now: datetime, operator: Operator) -> None:
    sms = sms_of(actions.send(person_id=person().pk, kind=PLAIN, params=PARAMS, key="k", at=now))
    actions.deliver(sms.pk, at=now)
    sms.refresh_from_db()
    assert (sms.state, sms.trouble) == ("skipped", "no_phone")
    assert not operator.taken


def test_without_a_gateway_nothing_is_said_to_be_sent(reached: User, now: datetime, settings: Settings) -> None:
    assert not settings.SMS_GATEWAY_URL
    sms = sms_of(actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="k", at=now))
    actions.deliver(sms.pk, at=now)
    sms.refresh_from_db()
    assert (sms.state, sms.trouble) == ("skipped", "no_gateway")


def test_what_a_dead_worker_had_claimed_is_sent_by_another(reached: User, now: datetime, operator: Operator) -> None:
    sms = sms_of(actions.send(person_id=reached.pk, kind=PLAIN, params=PARAMS, key="k", at=now))
    Delivery.objects.filter(pk=sms.pk).update(state="sending", claimed_at=now, attempts=1)
    assert sms.pk not in actions.waiting(at=now + timedelta(minutes=4))
    assert sms.pk in actions.waiting(at=now + timedelta(minutes=6))
    actions.deliver(sms.pk, at=now + timedelta(minutes=6))
    assert len(operator.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_the_bell_has_it_delivered_after_the_commit(reached: User, now: datetime, operator: Operator) -> None:
    actions.send(person_id=reached.pk, kind=ONE_TIME_CODE, params=CODE, key="c", at=now)
    assert len(operator.taken) == 1


def test_the_number_of_unread_follows_what_is_told_and_read(
    reached: User, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert unread_count(reached.pk) == 0
    with django_capture_on_commit_callbacks(execute=True):
        actions.send(person_id=reached.pk, kind=CENTRE_ONLY, params={}, key="a", at=now)
        actions.send(person_id=reached.pk, kind=CENTRE_ONLY, params={}, key="b", at=now)
    assert unread_count(reached.pk) == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.mark_read(person=reached, at=now) == 2
    assert unread_count(reached.pk) == 0
