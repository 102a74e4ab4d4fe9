"""What the rules say to exchanging an old paper certificate, and who has applied."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db.models import Q, QuerySet

from lms.accounts.domain.licence import rule_set_of_region
from lms.accounts.domain.provinces import PROVINCES
from lms.accounts.queries import document_known_by, resident_id_of
from lms.certificates.models import PaperExchange
from lms.credit.domain.decision import Holding
from lms.credit.domain.exchange import Application, ExchangeDecision, Sex, closes_on, decide_exchange
from lms.credit.domain.hours import decide
from lms.credit.domain.rule_set import RuleSet, Value
from lms.credit.queries import rule_set_on
from lms.credit.queries.decisions import evidence_of
from lms.organisations.queries import RegionFacts, regions_in

DEMO_REGION = "999900"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an applicant writes. new_post_code: "" as long as no post is chosen."""

    region_code: str
    old_number: str = ""
    old_post: str = ""
    new_post_code: str = ""
    says_healthy: bool = True
    says_no_bad_record: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """Whether the exchange is open in a region. closes_on: the last day with its source; None = no end is set."""

    region: RegionFacts
    rules: RuleSet
    closes_on: Value[date] | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """One application."""

    uuid: UUID
    applicant_name: str
    region_code: str
    old_number: str
    old_post: str
    new_post_code: str
    state: str
    state_label: str
    submitted_at: datetime
    remark: str


def rules_of_region(region_code: str, today: date) -> RuleSet | None:
    """Return the rules by which a region exchanges; None if none are in force. One query."""
    return rule_set_on(rule_set_of_region(region_code), today)


def services(today: date, *, fictional: bool) -> tuple[Service, ...]:
    """Return the exchange of every province, open ones first; the demo's region only where it is asked for."""
    found = []
    known: dict[str, RuleSet | None] = {}
    for place in regions_in([*PROVINCES, *([DEMO_REGION] if fictional else [])]):
        code = rule_set_of_region(place.code)
        if code not in known:
            known[code] = rule_set_on(code, today)
        rules = known[code]
        if rules is not None:
            end = closes_on(rules)
            found.append(Service(place, rules, end, end is None or today <= end.value))
    return tuple(sorted(found, key=lambda item: (not item.is_open, item.region.code)))


def closed_together(found: Iterable[Service]) -> list[tuple[Value[date], list[str]]]:
    """Return what is closed, the names of those together that the same words have closed on the same day."""
    groups: dict[tuple[date, str], tuple[Value[date], list[str]]] = {}
    for item in found:
        if item.closes_on is not None and not item.is_open:
            end = item.closes_on
            groups.setdefault((end.value, end.quote), (end, []))[1].append(item.region.name)
    return list(groups.values())


def hours_for_exchange(person_id: int, post_code: str, rules: RuleSet, today: date) -> Fraction:
    """Return the hours of a person that count for a post before it is certified. One query."""
    return decide(evidence_of([person_id]).get(person_id, ()), rules, Holding(None, post_code), today).total


def answer_to(person_id: int, wish: Wish, today: date) -> ExchangeDecision | None:
    """Return what the rules say to an application on a day; None without an ID document or rules.

    Age and sex are read off the resident ID; with another document the age is not judged, and the decision is marked so.
    """
    rules = rules_of_region(wish.region_code, today)
    national = rule_set_on("national", today)
    if rules is None or national is None or document_known_by(person_id, b"") is None:
        return None
    read = resident_id_of(person_id, today=today)
    application = Application(
        applied_on=today,
        hours=hours_for_exchange(person_id, wish.new_post_code, rules, today),
        sex=None if read is None else Sex.MALE if read.sex == "male" else Sex.FEMALE,
        born_on=read.born_on if read else None,
        is_healthy=wish.says_healthy,
        has_bad_record=not wish.says_no_bad_record,
        old_post=wish.old_post,
        new_post=wish.new_post_code,
    )
    return decide_exchange(application, rules, national)


def applications_of(person_id: int) -> tuple[ApplicationFacts, ...]:
    """Return a person's applications, the newest first. One query."""
    return _facts(PaperExchange.objects.filter(applicant_id=person_id).order_by("-id"))


def applications_in(area: Iterable[str]) -> tuple[ApplicationFacts, ...]:
    """Return the applications of an area that wait for an officer, the oldest first. One query."""
    where = Q(pk__in=[])
    for prefix in area:
        where |= Q(region_code__startswith=prefix)
    return _facts(PaperExchange.objects.filter(where, state=PaperExchange.State.SUBMITTED).order_by("id"))


def _facts(rows: QuerySet[PaperExchange]) -> tuple[ApplicationFacts, ...]:
    return tuple(
        ApplicationFacts(
            uuid=row.uuid,
            applicant_name=row.applicant.name,
            region_code=row.region_code,
            old_number=row.old_number,
            old_post=row.old_post,
            new_post_code=row.new_post_code,
            state=row.state,
            state_label=row.get_state_display(),
            submitted_at=row.submitted_at,
            remark=row.remark,
        )
        for row in rows.select_related("applicant")
    )
