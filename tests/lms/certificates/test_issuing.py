"""The issuer: numbers without gap or repeat, renewals once, and what it refuses."""

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import Settings

from lms.certificates import actions, queries
from lms.certificates.domain.asking import Deed, Refused
from lms.certificates.domain.facts import HoursFact
from lms.certificates.domain.numbering import EXAMPLE, Template
from lms.certificates.models import Certificate, CertificateVersion, NumberSeries
from tests.lms.certificates.standing import PLATFORM, ask_about, holder, registered
from tests.people import learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_roles")]
SIXTY_FOUR = (HoursFact("online_general", "网络 · 通用", "40"), HoursFact("self_study", "自主学习", "24"))


def first(serial: int, **changes: object) -> Certificate:
    ask = ask_about(holder(serial=serial), Deed.FIRST, request_uuid=uuid4(), cycle=0, number="", **changes)
    return actions.issue(ask, platform_code=PLATFORM, at=datetime.fromisoformat("2026-05-09T01:30:00+00:00"))


def test_numbers_of_a_series_follow_one_another_and_say_what_they_are() -> None:
    numbers = [Template(EXAMPLE).parse(first(serial).number) for serial in range(10, 14)]
    assert [parts.serial for parts in numbers] == [1, 2, 3, 4]
    assert {(parts.region, parts.post, parts.year) for parts in numbers} == {("500000", "01", 2026)}


def test_what_fails_after_its_number_was_taken_leaves_no_gap(now: datetime) -> None:
    ask = ask_about(holder(serial=10), Deed.FIRST, cycle=0, number="")
    with pytest.raises(RuntimeError), transaction.atomic():
        assert actions.issue(ask, platform_code=PLATFORM, at=now).serial == 1
        raise RuntimeError("the power fails")
    assert first(11).serial == 1
    assert NumberSeries.objects.get().next_serial == 2


def test_the_same_request_again_returns_the_same_certificate(now: datetime) -> None:
    ask = ask_about(holder(), Deed.FIRST, cycle=0, number="")
    one, two = (actions.issue(ask, platform_code=PLATFORM, at=now) for _ in range(2))
    assert one == two
    assert CertificateVersion.objects.count() == 1
    with pytest.raises(actions.IssueRefused, match=Refused.ISSUED_BEFORE):
        actions.issue(replace(ask, request_uuid=uuid4()), platform_code="another", at=now)


def test_a_renewal_is_a_new_version_and_the_old_one_stays(now: datetime) -> None:
    user = holder()
    registered(user)
    ask = ask_about(user, hours=SIXTY_FOUR)
    for _ in range(2):
        actions.issue(ask, platform_code=PLATFORM, at=now)
    view = queries.issued_view(ask.number)
    assert [(item.version, item.kind, item.facts.valid_to) for item in view.versions] == [
        (1, "registered", date(2027, 3, 9)),
        (2, "renewal", date(2029, 3, 9)),
    ]
    assert view.latest.facts.hours == SIXTY_FOUR
    assert view.versions[0].facts.hours == ()
    with pytest.raises(actions.IssueRefused, match=Refused.CYCLE_SETTLED):
        actions.issue(replace(ask, request_uuid=uuid4()), platform_code=PLATFORM, at=now)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "例-NOBODY"}, Refused.UNKNOWN_NUMBER),
        ({"id_hash": "00" * 32}, Refused.OTHER_HOLDER),
        ({"post_code": "quality_civil"}, Refused.OTHER_HOLDER),
        ({"hours": SIXTY_FOUR[:1]}, Refused.HOURS_SHORT),
        ({"hours": (HoursFact("x", "x", "many"),)}, Refused.UNREADABLE),
        ({"rule_code": "atlantis"}, Refused.NO_RULES),
        ({"rule_code": "xinjiang"}, Refused.DRAFT_RULES),
    ],
)
def test_the_issuer_says_why_it_renews_nothing(changes: dict[str, object], code: Refused, now: datetime) -> None:
    user = holder()
    registered(user)
    with pytest.raises(actions.IssueRefused, match=f"^{code}$"):
        actions.issue(ask_about(user, Deed.RENEWAL, **{"hours": SIXTY_FOUR, **changes}), platform_code=PLATFORM, at=now)
    assert CertificateVersion.objects.filter(certificate__side="issuer").count() == 1


def test_a_safety_officer_gets_no_number(now: datetime) -> None:
    ask = ask_about(holder(post="safety"), Deed.FIRST, cycle=0, number="")
    with pytest.raises(actions.IssueRefused, match=Refused.POST_WITHOUT_NUMBER):
        actions.issue(ask, platform_code=PLATFORM, at=now)
    assert not NumberSeries.objects.exists()


def test_a_platform_never_mints(now: datetime, settings: Settings) -> None:
    settings.CERTIFICATE_ROLES = ["platform"]
    with pytest.raises(actions.IssueRefused):
        actions.issue(ask_about(holder(), Deed.FIRST, cycle=0, number=""), platform_code=PLATFORM, at=now)
    series = NumberSeries.objects.create(template=EXAMPLE, region_code="500000", post_number="01", year=2026)
    with pytest.raises(IntegrityError, match="certificate_minted_by_platform"), transaction.atomic():
        Certificate.objects.create(
            side="platform",
            number="例-1",
            series=series,
            serial=1,
            holder=learner(),
            region_code="500000",
            created_at=now,
        )


def test_what_was_printed_cannot_be_changed(now: datetime) -> None:
    registered(holder())
    for sql in (
        "UPDATE certificates_certificateversion SET reason = 'x'",
        "DELETE FROM certificates_certificateversion",
    ):
        with (
            pytest.raises(DatabaseError, match="what was printed stays"),
            transaction.atomic(),
            connection.cursor() as c,
        ):
            c.execute(sql)
