"""What comes after a renewal was asked for: a refusal that is mended, a draft that somebody decides, hours taken back."""

from dataclasses import fields
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from lms.accounts.models import Licence, User
from lms.certificates import actions, queries, waiting_queries
from lms.certificates.actions import AskRefused
from lms.certificates.actions.doubts import minded
from lms.certificates.models import CertificateRequest
from lms.credit.actions import reverse_entry
from lms.credit.domain.decision import Decision
from lms.credit.models import CreditEntry
from lms.credit.queries import LicenceDecision, decisions_of
from lms.notices.models import Notice
from tests.lms.certificates.standing import FULL, earn, holder, registered
from tests.people import authority, learner, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_roles")]
MINE, DESK = "/certificates/", "/certificates/desk/"


def asked() -> CertificateRequest:
    return CertificateRequest.objects.get()


def page(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(path).content.decode()


def refused(now: datetime, code: str = "other_holder") -> User:
    """A learner whose renewal was refused by the issuer."""
    user = holder()
    earn(user, *FULL, at=now)
    actions.consider(learner_id=user.pk, at=now)
    actions.take_answer(request_uuid=asked().uuid, answer={"outcome": "refused", "code": code}, at=now)
    return user


def taken_back(user: User, at: datetime, category: str = "self_study") -> CreditEntry:
    """Reverse the hours of one category of somebody who may have been renewed, and let the bell be heard."""
    entry = CreditEntry.objects.get(learner=user, category=category, reverses__isnull=True)
    found = reverse_entry(entry_id=entry.pk, reason="材料不实", at=at, by=reviewer())
    if CertificateRequest.objects.exclude(state="refused").exists():
        assert actions.may_have_changed(user.pk)
    actions.consider(learner_id=user.pk, at=at)
    return found


def test_a_refused_request_is_asked_again_under_another_id(now: datetime) -> None:
    user = refused(now)
    before = asked().uuid
    assert "再次提交" in page(user, MINE)
    client = Client()
    client.force_login(user)
    assert client.post(reverse("certificates:ask_again", args=[before])).status_code == 302
    row = asked()
    assert (row.state, row.refusal) == ("queued", "")
    assert row.uuid != before
    assert row.body["request_uuid"] == str(row.uuid)
    assert [uuid for uuid, _body in queries.queued_requests()] == [row.uuid]
    assert "再次提交" not in page(user, MINE)


def test_nobody_asks_again_for_another(now: datetime) -> None:
    refused(now)
    for stranger in (learner(), authority()):
        client = Client()
        client.force_login(stranger)
        assert client.post(reverse("certificates:ask_again", args=[asked().uuid])).status_code == 404
    assert Client().post(reverse("certificates:ask_again", args=[asked().uuid])).status_code == 302
    assert asked().state == "refused"


def test_what_stays_refused_is_not_asked_again(now: datetime) -> None:
    user = refused(now, "revoked")
    assert "再次提交" not in page(user, MINE)
    with pytest.raises(AskRefused, match="final"):
        actions.ask_again(request_uuid=asked().uuid, at=now, by=user)


def test_without_its_hours_a_refused_request_is_not_asked_again(now: datetime) -> None:
    user = refused(now)
    taken_back(user, now)
    with pytest.raises(AskRefused, match="hours_short"):
        actions.ask_again(request_uuid=asked().uuid, at=now, by=user)


def test_it_is_asked_a_few_times_a_day(now: datetime) -> None:
    user = refused(now)
    for _ in range(5):
        row = actions.ask_again(request_uuid=asked().uuid, at=now, by=user)
        actions.take_answer(request_uuid=row.uuid, answer={"outcome": "refused", "code": "other_holder"}, at=now)
    with pytest.raises(AskRefused, match="too_often"):
        actions.ask_again(request_uuid=asked().uuid, at=now, by=user)


def waiting_under_a_draft(now: datetime) -> User:
    user = holder(region="650000", rule_set="xinjiang")
    Licence.objects.update(issued_on=date(2023, 8, 1))
    earn(user, ("online_general", 64), at=now, rule_set="xinjiang")
    actions.consider(learner_id=user.pk, at=now)
    return user


def test_an_authority_decides_under_a_draft_on_its_page(now: datetime) -> None:
    user = waiting_under_a_draft(now)
    notice = Notice.objects.get(person=user)
    assert notice.kind == "certificates.waiting_draft"
    address = reverse("certificates:decide_waiting", args=[asked().uuid])
    officer, client = authority("650000"), Client()
    assert address in page(officer, DESK)
    assert address not in page(authority("500000"), DESK)
    client.force_login(officer)
    assert "草案" in client.get(address).content.decode()
    assert client.post(address, {"outcome": "renew", "reason": ""}).status_code == 422
    assert client.post(address, {"outcome": "renew", "reason": "学习记录齐全"}).status_code == 302
    assert (asked().state, asked().remark) == ("queued", "学习记录齐全")
    assert "学习记录齐全" in page(user, MINE)
    assert client.get(address).status_code == 404


def test_an_authority_may_want_training_under_a_draft(now: datetime) -> None:
    user = waiting_under_a_draft(now)
    client = Client()
    client.force_login(authority("650000"))
    client.post(
        reverse("certificates:decide_waiting", args=[asked().uuid]), {"outcome": "retrain", "reason": "材料不符"}
    )
    assert asked().state == "retrain"
    assert "材料不符" in page(user, MINE)


@pytest.mark.parametrize("region", ["500000", "360000"])
def test_another_authority_finds_nothing_to_decide(now: datetime, region: str) -> None:
    waiting_under_a_draft(now)
    client = Client()
    client.force_login(authority(region))
    address = reverse("certificates:decide_waiting", args=[asked().uuid])
    assert client.get(address).status_code == 404
    assert client.post(address, {"outcome": "renew", "reason": "x"}).status_code == 404
    client.force_login(learner())
    assert client.get(address).status_code == 403
    assert asked().state == "waiting_authority"


def test_those_who_wait_for_another_decision_take_no_place(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is cut after it is chosen: cycles on hold, older and many, hide no renewal under a draft."""
    monkeypatch.setattr(waiting_queries, "LIMIT", 2)
    for serial in range(20, 23):
        user = holder(region="650000", serial=serial)
        CertificateRequest.objects.create(
            licence=Licence.objects.get(holder=user), holder=user, kind="renewal", cycle=1, state="waiting_authority",
            started_at=now - timedelta(days=9),
        )  # fmt: skip
    last = waiting_under_a_draft(now)
    row = CertificateRequest.objects.get(holder=last)
    today = now.date()
    assert [item.uuid for item in waiting_queries.waiting_in(["650000"], on=today)] == [row.uuid]
    assert [item.uuid for item in waiting_queries.waiting_in(["650000"], on=today, only=row.uuid)] == [row.uuid]
    assert waiting_queries.waiting_in(["650000"], on=today, only=uuid4()) == ()
    assert waiting_queries.waiting_in(["500000"], on=today, only=row.uuid) == ()


def renewed(now: datetime) -> User:
    user = holder()
    registered(user)
    earn(user, *FULL, at=now)
    actions.consider(learner_id=user.pk, at=now)
    assert asked().state == "queued"
    return user


def test_hours_taken_back_after_a_renewal_are_told_to_both_and_shown(now: datetime) -> None:
    user = renewed(now)
    officer, far = authority("500000"), authority("360000")
    taken_back(user, now)
    assert asked().doubted_at == now
    assert Notice.objects.get(person=user).kind == "certificates.doubted"
    assert Notice.objects.get(person=officer).kind == "certificates.doubted_officer"
    assert not Notice.objects.filter(person=far).exists()
    assert "第 1 周期的学时被冲回" in page(user, MINE)
    assert "延续后学时被冲回" in page(officer, DESK)
    assert "延续后学时被冲回" not in page(far, DESK)
    actions.consider(learner_id=user.pk, at=now + timedelta(days=1))
    assert Notice.objects.filter(person=user).count() == 1


class Interrupted(LicenceDecision):
    """A standing that another worker overtakes between reading the renewals and judging them."""

    def in_cycle(self, number: int, as_of: date) -> Decision | None:
        actions.consider(learner_id=self.licence.holder_id, at=timezone.now())
        return super().in_cycle(number, as_of)


def interrupted(user: User, now: datetime) -> Interrupted:
    (standing,) = decisions_of(user.pk, timezone.localdate(now))
    return Interrupted(**{field.name: getattr(standing, field.name) for field in fields(standing)})


def test_of_two_who_doubt_at_once_one_tells(now: datetime) -> None:
    user = renewed(now)
    officer = authority("500000")
    entry = CreditEntry.objects.get(learner=user, category="self_study")
    reverse_entry(entry_id=entry.pk, reason="材料不实", at=now, by=reviewer())
    assert minded(interrupted(user, now), now) == []
    assert asked().doubted_at is not None
    assert Notice.objects.filter(person=user, kind="certificates.doubted").count() == 1
    assert Notice.objects.filter(person=officer).count() == 1
    assert LogRecord.objects.filter(kind="certificates.renewal_doubted").count() == 1


def test_of_two_who_settle_at_once_one_says_so(now: datetime) -> None:
    user = renewed(now)
    taken_back(user, now)
    earn(user, ("self_study", 24), at=now)
    assert minded(interrupted(user, now), now) == []
    assert asked().doubted_at is None
    assert LogRecord.objects.filter(kind="certificates.doubt_settled").count() == 1


def test_hours_that_come_back_settle_the_doubt(now: datetime) -> None:
    user = renewed(now)
    taken_back(user, now)
    earn(user, ("self_study", 24), at=now)
    actions.consider(learner_id=user.pk, at=now)
    assert asked().doubted_at is None
    assert "学时被冲回" not in page(user, MINE)


def test_hours_beyond_what_was_needed_may_go(now: datetime) -> None:
    user = holder()
    registered(user)
    earn(user, *FULL, at=now)
    earn(user, ("online_general", 3), at=now - timedelta(days=20))
    actions.consider(learner_id=user.pk, at=now)
    spare = CreditEntry.objects.get(learner=user, seconds=3 * 2700)
    reverse_entry(entry_id=spare.pk, reason="重复", at=now, by=reviewer())
    actions.consider(learner_id=user.pk, at=now)
    assert asked().doubted_at is None


def test_what_an_authority_granted_is_not_doubted(now: datetime) -> None:
    user = waiting_under_a_draft(now)
    actions.decide_waiting(request_uuid=asked().uuid, renew=True, reason="准予", at=now, by=authority("650000"))
    taken_back(user, now, "online_general")
    assert asked().doubted_at is None


def test_an_unknown_request_is_not_found(now: datetime) -> None:
    user = holder()
    with pytest.raises(CertificateRequest.DoesNotExist):
        actions.ask_again(request_uuid=uuid4(), at=now, by=user)
