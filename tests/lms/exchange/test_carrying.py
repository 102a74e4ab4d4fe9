"""Messages between installations over real HTTP: each done once, whatever the network does."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from lms.accounts.models import Licence, User
from lms.certificates import actions as certificates
from lms.certificates import queries
from lms.certificates.models import Certificate, CertificateRequest, CertificateVersion
from lms.exchange import actions
from lms.exchange.models import InboxMessage, OutboxMessage
from lms.notices.models import Notice
from tests.lms.certificates.standing import FULL, earn, holder, registered
from tests.lms.exchange.weather import Weather
from tests.people import authority

pytestmark = pytest.mark.django_db(transaction=True)


def settle(at: datetime, *, rounds: int = 200) -> datetime:
    """Send until nothing waits, in the time of a clock that runs ahead; the moment at which it was so."""
    for _ in range(rounds):
        actions.gather(at=at)
        ids = actions.waiting(at=at)
        for message_id in ids:
            actions.send_message(message_id, at=at)
        left = OutboxMessage.objects.exclude(state="answered").order_by("due_at").first()
        if left is None:
            return at
        at = max(left.due_at, at + timedelta(seconds=1))
    raise AssertionError("something still waits")


def versions_of(user: User) -> list[tuple[str, int, str]]:
    number = Licence.objects.get(holder=user).number
    rows = CertificateVersion.objects.filter(certificate__number=number).order_by("certificate__side", "version")
    return list(rows.values_list("certificate__side", "version", "kind"))


RENEWED = [
    ("issuer", 1, "registered"),
    ("issuer", 2, "renewal"),
    ("platform", 1, "registered"),
    ("platform", 2, "renewal"),
]


def test_completing_a_cycle_renews_the_certificate_by_itself(itself: str) -> None:
    user = holder()
    registered(user)
    earn(user, *FULL, at=timezone.now())
    assert versions_of(user) == RENEWED
    assert CertificateRequest.objects.get().state == "answered"
    mine, issuers = (Certificate.objects.get(side=side) for side in ("platform", "issuer"))
    assert queries.find_by_uuid(mine.uuid).latest.facts == queries.find_by_uuid(issuers.uuid).latest.facts  # type: ignore[union-attr]
    assert "certificates.renewed" in Notice.objects.filter(person=user).values_list("kind", flat=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_network_that_drops_doubles_and_reorders_gives_one_renewal_each(
    weather: Callable[[int], Weather], seed: int
) -> None:
    storm = weather(seed)
    users = [holder(serial=serial) for serial in range(10, 16)]
    for user in users:
        registered(user)
        earn(user, *FULL, at=timezone.now())
    at = settle(timezone.now() + timedelta(seconds=1))
    storm.calm = True
    for held in storm.held:  # what was held back arrives when all is over
        storm.forward(*held)
    settle(at + timedelta(hours=1))
    for user in users:
        assert versions_of(user) == RENEWED
    assert min(storm.did[what] for what in ("lost", "answer_lost", "doubled", "held")) > 0, storm.did
    assert InboxMessage.objects.filter(times__gt=1).exists()


def test_a_revocation_reaches_the_platform_and_its_holder(itself: str, now: datetime) -> None:
    user = holder()
    kept = registered(user)
    officer, other = authority("500000"), authority("500000")
    proposal = certificates.propose_change(
        certificate_uuid=queries.issued_view(kept.number).uuid,
        kind="revoke",
        changes={},
        reason="冒名取证",
        at=now,
        by=officer,
    )
    certificates.decide_change(proposal_uuid=proposal.uuid, agree=True, remark="属实", at=now, by=other)
    settle(timezone.now() + timedelta(seconds=1))
    kept.refresh_from_db()
    assert (kept.revocation_reason, kept.revoked_at) == ("冒名取证", now)
    proposal.refresh_from_db()
    assert proposal.told_at is not None
    assert Notice.objects.get(person=user).kind == "certificates.revoked"


def test_an_old_word_of_the_issuer_after_a_new_one_changes_nothing(itself: str, now: datetime) -> None:
    user = holder()
    kept = registered(user)
    old = queries.snapshot_of(queries.issued_view(kept.number))
    earn(user, *FULL, at=timezone.now())
    certificates.take_snapshot(old, at=now)
    assert versions_of(user) == RENEWED
    kept.refresh_from_db()
    assert kept.valid_to is not None
    assert kept.valid_to.year == 2029


def test_what_a_platform_missed_is_found_by_comparison(itself: str, now: datetime) -> None:
    user = holder()
    kept = registered(user)
    officer, other = authority("500000"), authority("500000")
    view = queries.issued_view(kept.number)
    proposal = certificates.propose_change(
        certificate_uuid=view.uuid,
        kind="correct",
        changes={"holder_name": "砖晓明"},
        reason="姓名录错",
        at=now,
        by=officer,
    )
    # As if the issuer had been restored from a copy in which everybody had been told.
    OutboxMessage.objects.all().delete()
    certificates.decide_change(proposal_uuid=proposal.uuid, agree=True, remark="属实", at=now, by=other)
    OutboxMessage.objects.all().delete()
    certificates.mark_told(proposal_uuid=proposal.uuid, at=now)
    Certificate.objects.filter(side="issuer").update(platform_code="demo")
    assert actions.gather_comparison(at=timezone.now()) == 1
    settle(timezone.now() + timedelta(seconds=1))
    found = queries.find_by_uuid(kept.uuid)
    assert found is not None
    assert found.latest.facts.holder_name == "砖晓明"
    assert actions.gather_comparison(at=timezone.now()) == 0, "once a day"


def test_a_refusal_is_kept_and_told(itself: str) -> None:
    user = holder()
    earn(user, *FULL, at=timezone.now())  # the issuer knows nothing of this certificate
    asked = CertificateRequest.objects.get()
    assert (asked.state, asked.refusal) == ("refused", "unknown_number")
    assert Notice.objects.get(person=user).kind == "certificates.request_refused"
    assert not Certificate.objects.exists()
