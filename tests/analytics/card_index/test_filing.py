"""Cards: each record under what it concerns, as far as the log had told by then, and the same however it is cut into batches."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from analytics.card_index import actions, queries
from analytics.card_index.measures import STEPS, Sought
from analytics.card_index.models import Addend, Card, Figure, Heading, Standing
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from lms.organisations import actions as organisations
from tests.analytics import town
from tests.analytics.town import DEVICE, Town

pytestmark = pytest.mark.django_db
Seal = Callable[[], Sequenced]
Cards = set[tuple[str, str, int]]
Sums = set[tuple[str, str, str, int, int]]


def cards() -> Cards:
    heads = {head.pk: head for head in Heading.objects.all()}
    return {(heads[each.heading_id].facet, heads[each.heading_id].value, each.record_id) for each in Card.objects.all()}


def sums() -> Sums:
    figures = {figure.pk: figure for figure in Figure.objects.all()}
    rows = [(figures[each.figure_id], each) for each in Addend.objects.all()]
    return {(one.measure, one.day.isoformat(), one.group, each.record_id, each.amount) for one, each in rows}


def under(facet: str, value: object) -> list[int]:
    return [number for found, told, number in sorted(cards()) if (found, told) == (facet, str(value))]


@pytest.fixture
def there(now: datetime) -> Town:
    return town.build(now)


def test_a_record_stands_under_the_company_of_its_day_and_no_other(there: Town, now: datetime, seal: Seal) -> None:
    newcomer = there.stranger
    before = town.watches(newcomer, now, 60)
    place = organisations.add_member(user=newcomer, organisation=there.company, from_day=now.date(), at=now, by=None)
    during = town.watches(newcomer, now + timedelta(hours=1), 60)
    last_day = now.date() + timedelta(days=2)
    organisations.end_membership(membership_id=place.pk, until=last_day, at=now, by=None)
    last = town.watches(newcomer, now + timedelta(days=1), 60)
    after = town.watches(newcomer, now + timedelta(days=2), 60)
    organisations.add_member(user=newcomer, organisation=there.other, from_day=last_day, at=now, by=None)
    elsewhere = town.watches(newcomer, now + timedelta(days=2, hours=1), 60)
    seal()
    actions.file_all()
    spans = [record.pk for record in (before, during, last, after, elsewhere)]
    assert [pk for pk in under("company", there.company.uuid) if pk in spans] == [during.pk, last.pk]
    assert [pk for pk in under("company", there.other.uuid) if pk in spans] == [elsewhere.pk]


@pytest.mark.parametrize("batch", [1, 3, 7])
def test_batches_of_any_size_file_the_same_cards(there: Town, now: datetime, seal: Seal, batch: int) -> None:
    for number in range(3):
        town.enrols(there.mason, now)
        town.watches(there.mason, now + timedelta(minutes=number), 200)
        town.watches(there.stranger, now, 10)
    town.is_awarded(there.mason, now, 600)
    town.renews(there.mason, now)
    place = there.mason.memberships.get()
    organisations.end_membership(membership_id=place.pk, until=now.date(), at=now, by=None)
    town.watches(there.mason, now + timedelta(minutes=9), 200)
    seal()
    while actions.file_cards(batch=batch):
        pass
    cut: tuple[Cards, Sums, int] = (cards(), sums(), Standing.objects.count())
    assert actions.refile() == LogRecord.objects.count()
    assert (cards(), sums(), Standing.objects.count()) == cut
    assert actions.file_all() == 0
    assert cut[0]
    assert cut[1]


def test_what_a_teacher_published_is_the_institutions(there: Town, now: datetime, seal: Seal) -> None:
    filed = [
        town.enrols(there.stranger, now),
        town.watches(there.stranger, now, 60),
        town.is_awarded(there.stranger, now, 60),
    ]
    town.file("player.span_watched", now, there.stranger.pk, "another lesson", counted_ms=1, spans=[])
    seal()
    actions.file_all()
    of_learners = [pk for pk in under("institution", there.school.uuid) if LogRecord.objects.get(pk=pk).learner_id
                   == there.stranger.pk]  # fmt: skip
    assert of_learners == [record.pk for record in filed]


def test_posts_and_regions_take_what_is_added_up(there: Town, now: datetime, seal: Seal) -> None:
    span, quiet = town.watches(there.mason, now, 60), town.file("accounts.signed_out", now, there.mason.pk)
    seal()
    actions.file_all()
    assert under("post", "site_civil") == under("region", "500000") == [span.pk]
    assert quiet.pk in under("company", there.company.uuid)


def test_browsers_and_network_addresses_are_found_by_what_stands_for_them(
    there: Town, now: datetime, seal: Seal
) -> None:
    came = town.file("accounts.signed_in", now, there.mason.pk, address_index="0123456789abcdef")
    opened = town.file("player.session_opened", now, there.mason.pk, token=1, device=DEVICE)
    town.file("player.session_opened", now, there.stranger.pk, token=1)
    seal()
    actions.file_all()
    assert under("network", "0123456789abcdef") == [came.pk]
    assert under("device", DEVICE) == [opened.pk]
    assert {head.facet for head in queries.headings_of(opened.pk)} == {"device", "company"}


def steps() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {name: [] for name in STEPS}
    for measure, _, _, number, amount in sorted(sums(), key=lambda one: one[3]):
        if measure in found:
            found[measure] += [number] * amount
    return found


def test_each_step_of_a_way_is_reached_by_one_record(there: Town, now: datetime, seal: Seal) -> None:
    minute = timedelta(minutes=1)
    mason = there.mason
    early = town.watches(mason, now, 10)  # before he enrolled: no way goes on by it
    enrolled = town.enrols(mason, now)
    town.enrols(mason, now + minute)  # once more: it is the same way
    started, half = town.watches(mason, now + minute, 290), town.watches(mason, now + 2 * minute, 10)
    town.watches(mason, now + 3 * minute, 300)
    part, whole = town.is_awarded(mason, now, 590), town.is_awarded(mason, now, 10)
    town.is_awarded(mason, now, 10)
    town.renews(mason, now, "correction")
    renewed = town.renews(mason, now + timedelta(days=40))
    town.renews(mason, now + timedelta(days=400))
    seal()
    actions.file_all()
    assert steps() == {
        "step_enrolled": [enrolled.pk],
        "step_started": [started.pk],
        "step_half": [half.pk],
        "step_complete": [whole.pk],
        "step_renewed": [renewed.pk],
    }
    assert not {early.pk, part.pk} & {number for numbers in steps().values() for number in numbers}
    days = {day for measure, day, *_ in sums() if measure in STEPS}
    assert days == {now.date().isoformat()}, "steps count on the day of enrolment"


def test_a_renewal_without_the_hours_ends_no_way(there: Town, now: datetime, seal: Seal) -> None:
    town.enrols(there.mason, now)
    town.watches(there.mason, now, 300)
    town.is_awarded(there.mason, now, 598)
    town.renews(there.mason, now)
    seal()
    actions.file_all()
    assert (steps()["step_complete"], steps()["step_renewed"]) == ([], [])


def test_what_is_taken_back_is_taken_off(there: Town, now: datetime, seal: Seal) -> None:
    town.is_awarded(there.mason, now, 600)
    town.is_awarded(there.mason, now, -200, "credit.hours_reversed")
    seal()
    actions.file_all()
    assert sum(amount for measure, *_, amount in sums() if measure == "awarded_seconds") == 400


def test_a_figure_leads_to_the_records_that_make_it_up(there: Town, now: datetime, seal: Seal) -> None:
    span, other = town.watches(there.mason, now, 60), town.watches(there.stranger, now + timedelta(days=1), 30)
    seal()
    actions.file_all()
    day = now.date()
    one, two = Sought("watched_ms", day, day), Sought("watched_ms", day, day + timedelta(days=1))
    assert [row["record_id"] for row in queries.records_of_figure(one)] == [span.pk]
    assert {row["record_id"] for row in queries.records_of_figure(two)} == {span.pk, other.pk}
    assert queries.amounts_of(two, [span.pk, other.pk]) == {span.pk: 60_000, other.pk: 30_000}


@pytest.mark.parametrize(
    "text", ["", "watched_ms", "watched_ms|2026-05-09|", "nothing|2026-05-09..2026-05-09|*",
             "watched_ms|2026-05-09..2026-05-01|*", "checks|2026-05-09..2026-05-09|砖小明", "checks|x..y|*"]
)  # fmt: skip
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Sought.read(text)
