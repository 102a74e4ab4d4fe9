"""Two persons decide one claim in the same moment; two files of the same bytes arrive in the same moment."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from lms.credit.actions import load_rule_sets
from lms.credit.models import CreditEntry
from lms.reviews import actions
from lms.reviews.domain.claim import ClaimRefused, Deed
from lms.reviews.domain.evidence import BadFile
from lms.reviews.models import Claim, ClaimStep, Evidence
from tests import people
from tests.lms.reviews.conftest import draft, kind_of, picture, reviewer_at, submitted, upload

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[Exception]:
    """Begin all in the same moment, each in a thread of its own; return what they raised."""
    barrier = Barrier(len(deeds))
    raised: list[Exception] = []

    def run(deed: Callable[[], object]) -> None:
        try:
            barrier.wait()
            deed()
        except (ClaimRefused, BadFile) as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_one_decision_stands_and_the_other_is_told(now: datetime) -> None:
    load_rule_sets(at=now)
    office = people.organisation("authority", region="500000")
    first, second = reviewer_at(office), reviewer_at(office)
    claim = submitted(people.learner(post="site_civil"), now)

    def accept() -> Claim:
        return actions.decide_claim(
            claim_uuid=claim.uuid, deed=Deed.ACCEPT, reason="齐全", hours=Decimal(4), at=now, by=first
        )

    def reject() -> Claim:
        return actions.decide_claim(claim_uuid=claim.uuid, deed=Deed.REJECT, reason="不符", at=now, by=second)

    (refused,) = at_once(accept, reject)
    assert isinstance(refused, ClaimRefused)
    assert refused.code == "not_now"
    assert ClaimStep.objects.filter(claim=claim).exclude(deed="submit").count() == 1
    standing = CreditEntry.objects.filter(reverses=None, reversed_by=None)
    assert [entry.state for entry in standing] in (["valid"], ["rejected"])


def test_the_same_file_enters_a_claim_once(now: datetime) -> None:
    load_rule_sets(at=now)
    learner = people.learner(post="site_civil")
    claim = actions.open_claim(kind_id=kind_of().pk, draft=draft(), at=now, by=learner)

    def add() -> Evidence:
        return actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture()), at=now, by=learner)

    (refused,) = at_once(add, add)
    assert isinstance(refused, BadFile)
    assert refused.code == "same_file"
    assert Evidence.objects.filter(subject=claim.uuid).count() == 1
