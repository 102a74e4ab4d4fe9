"""The demo's people with their certificates: everybody can be registered, and every story is there."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from lms.accounts.models import User
from lms.certificates import queries
from lms.certificates.actions import consider
from lms.certificates.models import CertificateRequest
from lms.config.demo import certificates, people, stories
from lms.credit.actions import load_rule_sets
from lms.exchange.models import Peer
from lms.organisations.models import Region


@pytest.fixture
def loaded(db: None, settings: Settings, now: datetime) -> dict[str, User]:
    """The demo's people as `load_demo` makes them, without its films."""
    settings.DEMO, settings.DEMO_PASSWORD = True, "Zhuxue-2026"
    settings.CERTIFICATE_ROLES = ["issuer", "platform"]
    settings.EXCHANGE_CODE, settings.EXCHANGE_ISSUER_CODE = "demo", "demo-issuer"
    Region.objects.get_or_create(code="999900", defaults={"name": "演示区（虚构）", "level": "city", "fictional": True})
    load_rule_sets(at=now)
    members = people.make_people(now, lambda _line: None)
    certificates.register(members, now)
    stories.tell(members, {}, now)
    certificates.revoke(now)
    return members


def test_issuer_and_platform_know_each_other_and_every_certificate_on_both_sides(loaded: dict[str, User]) -> None:
    assert set(Peer.objects.values_list("code", "role")) == {("demo-issuer", "issuer"), ("demo", "platform")}
    kept = [view for user in loaded.values() for view in queries.certificates_of(user.pk)]
    assert len(kept) > 10
    for view in kept:
        assert queries.issued_view(view.number).latest.facts == view.latest.facts


def test_one_certificate_is_revoked_and_one_is_near_its_end(loaded: dict[str, User], now: datetime) -> None:
    (revoked,) = queries.certificates_of(loaded["xie"].pk)
    assert revoked.state_on(now.date()) == "revoked"
    (near,) = queries.certificates_of(loaded["chuan"].pk)
    assert near.valid_to is not None
    assert timedelta(0) < near.valid_to - timezone.localdate(now) < timedelta(days=30)


def test_who_is_two_hours_short_asks_for_nothing_yet_and_who_is_complete_does(
    loaded: dict[str, User], now: datetime
) -> None:
    assert consider(learner_id=loaded["chuan"].pk, at=now) == ()
    assert [row.state for row in consider(learner_id=loaded["hong"].pk, at=now)] == [CertificateRequest.State.QUEUED]
