"""Words that a record commits to: provable while they are kept, gone for good once they are forgotten."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import pytest

from analytics.learning_log import actions, queries
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import Label, LogRecord
from analytics.learning_log.signer import Signer
from tests.analytics.learning_log.tampering import House, verify_bundle, verify_stored

pytestmark = pytest.mark.django_db


def test_a_commitment_proves_the_words_and_is_another_each_time() -> None:
    one, two = (actions.commit_words(kind="words", text="砖小明") for _ in range(2))
    assert one != two
    assert queries.committed_words("words", one) == "砖小明"
    row = Label.objects.get(kind="words", key=one)
    assert sha256(bytes(row.salt) + "砖小明".encode()).hexdigest() == one


def test_words_that_were_changed_since_are_not_those_of_the_day() -> None:
    key = actions.commit_words(kind="words", text="砖小明")
    Label.objects.filter(key=key).update(text="别人")
    assert queries.committed_words("words", key) is None


def test_forgetting_words_and_salt_breaks_no_proof(
    append_many: Callable[..., list[LogRecord]], seal: Callable[[], Sequenced], signer: Signer, now: datetime
) -> None:
    key = actions.commit_words(kind="words", text="砖小明")
    append_many(3, payload={"what": key})
    seal()
    head = queries.latest_head()
    assert head is not None
    house = House(left=[head.note], signer=signer, at=now)
    assert actions.forget_label(kind="words", key=key)
    assert queries.committed_words("words", key) is None and not Label.objects.filter(key=key).exists()
    verify_bundle(house)
    verify_stored(house)
