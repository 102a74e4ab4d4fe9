"""One credited hour, opened end to end from the log alone: watching → checks → decision → ledger → certificate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.audit import queries
from analytics.audit.house import house
from analytics.audit.queries import Row
from analytics.audit.sight import MASKED, Sight
from analytics.domain.hours_again import LessonHours, Told, hours_again
from analytics.domain.record import Payload, sealed_fields
from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter, SealedRecord

AWARDED, REVERSED = "credit.hours_awarded", "credit.hours_reversed"
WATCHED, REFUSED = "player.span_watched", "player.watching_refused"
SITTINGS = ("player.session_opened", "player.session_closed")
RULES = ("credit.rule_set_loaded", "credit.rule_set_published", "player.policy_set")
PUBLISHED = "content.edition_published"
LICENSED, IMPORTED = "accounts.licence_recorded", "enterprise.person_imported"
CHECKS = (
    "proctoring.session_opened",
    "proctoring.check_asked",
    "proctoring.try_judged",
    "proctoring.check_ended",
    "proctoring.time_confirmed",
    "proctoring.time_held",
    "proctoring.time_released",
    "proctoring.time_refused",
)
PAPER = (
    "certificates.request_queued",
    "certificates.request_held",
    "certificates.request_refused",
    "certificates.waiting_decided",
    "certificates.version_kept",
    "certificates.renewal_doubted",
    "certificates.doubt_settled",
    "certificates.revocation_kept",
    "certificates.hours_proved",
    "credit.hold_resolved",
)
MOST_RECORDS = 500
MOST_PROVED = 60


class NotAnHour(LookupError):
    """There is no such record, or it is none that credits hours."""


@dataclass(frozen=True, slots=True)
class Link:
    """One record of the chain. proved: its proof leads to a signed head; None: not tried, or it waits for a head."""

    row: Row
    proved: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain. name: published, rules, sittings, watched, checks, refused, decided or paper."""

    name: str
    links: tuple[Link, ...]

    @property
    def state(self) -> str:
        """How it stands with the step: none, wrong, proved or waiting (for a head, or not tried)."""
        if not self.links:
            return "none"
        if any(link.row.fault or link.proved is False for link in self.links):
            return "wrong"
        return "proved" if all(link.proved for link in self.links) else "waiting"


@dataclass(frozen=True, slots=True)
class OpenedHour:
    """An award with all that it stands on. again: the same lesson added up anew here, None when it cannot be.

    whole: whether all that it stands on was read; of a part nothing can be added up.
    """

    award: Row
    seconds: int
    day: str
    steps: tuple[Step, ...]
    again: LessonHours | None
    again_seconds: int
    whole: bool = True

    @property
    def agrees(self) -> bool:
        """Whether what was awarded is what the records support."""
        return self.again is not None and not self.again.difference


def open_hour(record_id: int, sight: Sight = MASKED) -> OpenedHour:
    """Return the chain behind an award. Raises NotAnHour. About fifteen queries, and six for each record that is proved."""
    sealed = log.find_record(record_id)
    if sealed is None or sealed.record.kind != AWARDED or sealed.record.learner_id is None:
        raise NotAnHour(record_id)
    learner, payload = sealed.record.learner_id, sealed.record.payload
    lesson = str(payload.get("source_ref", ""))
    mine: list[SealedRecord] = []
    published: list[SealedRecord] = []
    if lesson:
        mine = _found(kinds=(WATCHED, REFUSED, *SITTINGS, *CHECKS), learner_ids=(learner,), subjects=(lesson,))
        published = [each for each in _found(kinds=(PUBLISHED,), text=lesson) if lesson in _lessons(each)]
    ledger = _ledger(learner, payload)
    paper = [each for each in _found(kinds=PAPER, learner_ids=(learner,)) if each.id > record_id]
    steps = _steps(
        {
            "published": published,
            "rules": _rules(learner, record_id),
            "sittings": [each for each in mine if each.record.kind in SITTINGS],
            "watched": [each for each in mine if each.record.kind == WATCHED],
            "checks": [each for each in mine if each.record.kind in CHECKS],
            "refused": [each for each in mine if each.record.kind == REFUSED],
            "decided": ledger,
            "paper": paper,
        },
        sight,
    )
    told = [Told(each.id, sealed_fields(each.canonical)) for each in (*published, *mine, *ledger)]
    # Of a part of the records nothing can be added up: it would look as if hours had been given away.
    whole = max(len(mine), len(ledger)) < MOST_RECORDS
    again = next((each for each in hours_again(told) if each.lesson == lesson), None) if whole else None
    day, seconds = str(payload.get("activity_day", "")), payload.get("seconds", 0)
    return OpenedHour(
        award=queries.rows_of([sealed], sight)[0],
        seconds=seconds if isinstance(seconds, int) else 0,
        day=day,
        steps=steps,
        again=again,
        again_seconds=again.supported.get(day, 0) if again else 0,
        whole=whole,
    )


def _found(
    *,
    kinds: tuple[str, ...],
    learner_ids: tuple[int, ...] | None = None,
    subjects: tuple[str, ...] | None = None,
    text: str = "",
) -> list[SealedRecord]:
    asked = RecordFilter(kinds=kinds, learner_ids=learner_ids, subjects=subjects, text=text)
    return list(reversed(log.records(asked, limit=MOST_RECORDS)))


def _ledger(learner: int, award: Mapping[str, Payload]) -> list[SealedRecord]:
    """Return the awards and reversals of the same lesson or claim; of an entry that names none, what concerns this entry alone.

    By what it names, not by the learner's newest: who has learnt for years has many awards.
    """
    source, entry = str(award.get("source_ref", "")), str(award.get("entry_uuid", ""))
    found = _found(kinds=(AWARDED, REVERSED), learner_ids=(learner,), text=source or entry)
    if source:
        return [each for each in found if each.record.payload.get("source_ref") == source]
    return [
        each for each in found if entry in {each.record.payload.get(name) for name in ("entry_uuid", "reversed_uuid")}
    ]


def _rules(learner: int, before: int) -> list[SealedRecord]:
    """Return what was laid down before the award under the rules of the learner's licences; of nobody's licences, all.

    A licence that a company's list brought is told by the import, without its rules: the region that issued it has them.
    """
    told = _found(kinds=(LICENSED, IMPORTED), learner_ids=(learner,))
    codes = {str(each.record.payload.get("rule_set_code", "")) for each in told if each.record.kind == LICENSED}
    regions = {str(each.record.payload.get("region_code", "")) for each in told if each.record.kind == IMPORTED}
    codes |= {house().rules_of_region(region) for region in regions - {""}}
    laid_down = [each for each in _found(kinds=RULES) if each.id < before]
    theirs = [each for each in laid_down if each.record.payload.get("code") in codes]
    return theirs or laid_down


def _lessons(published: SealedRecord) -> set[str]:
    lessons = published.record.payload.get("lessons", [])
    return (
        {str(each["lesson_uuid"]) for each in lessons if isinstance(each, dict)} if isinstance(lessons, list) else set()
    )


def _steps(chain: dict[str, list[SealedRecord]], sight: Sight) -> tuple[Step, ...]:
    left = MOST_PROVED
    steps = []
    for name, sealed in chain.items():
        links = []
        for row in queries.rows_of(sealed, sight):
            links.append(Link(row, _proved(row) if left > 0 else None))
            left -= 1
        steps.append(Step(name, tuple(links)))
    return tuple(steps)


def _proved(row: Row) -> bool | None:
    proof = queries.proof_of(row.sealed)
    return proof.holds if proof else None


def proved_count(steps: Iterable[Step]) -> tuple[int, int]:
    """Return how many records of the chain are proved, and how many there are."""
    links = [link for step in steps for link in step.links]
    return sum(link.proved is True for link in links), len(links)
