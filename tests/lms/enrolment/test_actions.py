"""Enrolling and withdrawing, by the learner and by strangers."""

from datetime import timedelta

import pytest

from analytics.learning_log.queries import RecordFilter, records
from content.actions import withdraw_edition
from lms.enrolment.actions import EditionNotOpen, NotYours, enrol, withdraw
from lms.enrolment.domain.lifecycle import MoveNotPermitted, State
from lms.enrolment.queries import active_enrolments, may_study
from tests import people
from tests.content.shelf import AT, Shelf, draft_edition, fill_shelf, published_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> Shelf:
    return fill_shelf()


def test_a_learner_enrols_and_may_study_from_that_moment(shelf: Shelf) -> None:
    learner = people.learner()
    edition = published_edition(shelf.courses["site_civil-04"])
    enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    assert may_study(learner.pk, edition.pk, AT)
    assert not may_study(learner.pk, edition.pk, AT - timedelta(seconds=1))
    assert [facts.edition_id for facts in active_enrolments(learner.pk)] == [edition.pk]


def test_enrolling_twice_is_one_enrolment_and_one_record(shelf: Shelf) -> None:
    learner = people.learner()
    edition = published_edition(shelf.courses["site_civil-04"])
    first = enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    again = enrol(learner=learner, edition_id=edition.pk, at=AT + timedelta(days=1), by=learner)
    assert again.pk == first.pk
    assert len(records(RecordFilter(kinds=("enrolment.learner_enrolled",)), limit=10)) == 1


def test_a_draft_and_a_withdrawn_edition_take_nobody(shelf: Shelf) -> None:
    learner = people.learner()
    draft = draft_edition(shelf.courses["site_civil-04"])
    gone = published_edition(shelf.courses["site_civil-06"])
    withdraw_edition(edition_id=gone.pk, at=AT, by=None)
    for edition in (draft, gone):
        with pytest.raises(EditionNotOpen):
            enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    assert active_enrolments(learner.pk) == ()


def test_an_outsider_can_neither_enrol_nor_withdraw_another_person(shelf: Shelf) -> None:
    learner, outsider = people.learner(), people.learner()
    edition = published_edition(shelf.courses["site_civil-04"])
    with pytest.raises(NotYours):
        enrol(learner=learner, edition_id=edition.pk, at=AT, by=outsider)
    enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    with pytest.raises(NotYours):
        withdraw(learner_id=learner.pk, edition_id=edition.pk, at=AT, by=outsider)
    assert may_study(learner.pk, edition.pk, AT)


def test_whoever_withdrew_may_not_study_until_they_enrol_again(shelf: Shelf) -> None:
    learner = people.learner()
    edition = published_edition(shelf.courses["site_civil-04"])
    enrolment = enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    withdraw(learner_id=learner.pk, edition_id=edition.pk, at=AT, by=learner)
    assert not may_study(learner.pk, edition.pk, AT)
    with pytest.raises(MoveNotPermitted):
        withdraw(learner_id=learner.pk, edition_id=edition.pk, at=AT, by=learner)
    again = enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    assert (again.pk, State(again.state)) == (enrolment.pk, State.ACTIVE)
    assert may_study(learner.pk, edition.pk, AT)
