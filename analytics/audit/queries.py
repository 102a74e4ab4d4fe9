"""What an auditor's pages show, read from the log and from the labels beside it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext

from analytics.audit.headings import PERSONS, Pivot, among
from analytics.audit.house import house
from analytics.audit.log_kinds import LOOKS
from analytics.audit.sight import MASKED, PERSON, Sight
from analytics.domain.merkle import OutOfTree, leaf_hash, verify_inclusion
from analytics.domain.record import Payload
from analytics.domain.sentence import Names, words
from analytics.domain.units import Unit
from analytics.learning_log import kinds, queries
from analytics.learning_log.log_kinds import FAULT_FOUND, VERIFIED
from analytics.learning_log.naming import names_of
from analytics.learning_log.queries import RecordFilter, SealedRecord

PAGE_ROWS = 50
# Kinds are counted among so many: enough to choose by, and a cost that does not grow with the log or with a large company.
COUNTED_NEWEST = 10_000
MOST_NAMESAKES = 200
WORDS = "words"
BARS = 4
LATE = timedelta(hours=26)  # a night's run, and two hours for it to end
_NAMED = re.compile(r"#(\d{1,18})\b")
_LONGEST_NUMBER = 18  # digits of a record's number
_LONGEST_ID = 10  # digits; a phone number has 11 and an ID number 18, and neither is looked up or recorded as an id


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What an auditor typed; "" and None ask nothing. `learner` and `actor`: an id or a part of a name.

    `company` and `institution`: a uuid or a part of a name; `licence`: its uuid; `device`, `network`: what stands for them in
    records; `region`, `post`: codes; `figure`: of a dashboard, measure|day..day|group. `since` and `until` are days of the
    regulator's time zone, both included. `looks`: show looks of auditors as well.
    """

    learner: str = ""
    actor: str = ""
    subject: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    looks: bool = False
    company: str = ""
    institution: str = ""
    licence: str = ""
    device: str = ""
    network: str = ""
    region: str = ""
    post: str = ""
    figure: str = ""

    @property
    def none_given(self) -> bool:
        """Whether every record is asked for (looks aside)."""
        return replace(self, looks=False) == Conditions()


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a list shows it. Names are "" when nobody knows them (or they were forgotten).

    `sealed_text`: the sealed bytes as text, without the version byte; where something in them is covered, they are not the
    bytes of the hash, and `covered` says so.
    """

    id: int
    kind: str
    kind_label: str
    sentence: str
    recorded_at: datetime
    happened_at: datetime
    actor_id: int | None
    actor_name: str
    learner_id: int | None
    learner_name: str
    subject: str
    subject_name: str
    fault: str
    sealed: SealedRecord
    sealed_text: str

    @property
    def covered(self) -> bool:
        """Whether personal data in the sealed bytes is covered in `sealed_text`."""
        return self.sealed_text != self.sealed.canonical[1:].decode("utf-8", "replace")

    @property
    def payload(self) -> Mapping[str, Payload]:
        """The payload; empty when a tampered row holds something else than fields."""
        payload = self.sealed.record.payload
        return payload if isinstance(payload, dict) else {}


@dataclass(frozen=True, slots=True)
class Proof:
    """A record's place in the tree, and what proves it. `holds`: the proof led from the record's bytes to the signed root."""

    position: int
    head: queries.Head
    path: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One kind in the picture of a day; kind "" stands for all the rest."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Verified:
    """The last time that the whole log was verified; `fault`: the first thing that was wrong, or "".

    late: it is longer ago than a day: the run of last night has left nothing behind.
    """

    record_id: int
    at: datetime
    records: int
    fault: str
    late: bool = False

    @property
    def told(self) -> str:
        """The fault in the language of the page."""
        return words("fault", self.fault, language=language(), unit=Unit.FAULT)

    @property
    def named(self) -> int | None:
        """The number of the record that the fault names, None when it names none."""
        found = _NAMED.search(self.fault)
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class Today:
    """The log of one day. `last_at` is the last record's time, of whatever day; None = the log is empty.

    never: the whole log was never verified, though it has stood for a night.
    """

    day: date
    total: int
    bars: tuple[Bar, ...]
    last_at: datetime | None
    verified: "Verified | None"
    never: bool = False

    @property
    def most(self) -> int:
        """The longest bar's count."""
        return max((bar.count for bar in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind to filter by, with how many records the other conditions leave of it."""

    name: str
    label: str
    count: int


def language() -> str:
    """Return "zh" or "en": the language in which records of this request are told."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def resolve(asked: Conditions) -> RecordFilter:
    """Return the filter that the typed words mean. A query for each condition that is a name, and one for each heading.

    A name that nobody bears lets nothing through; it is not ignored.
    """
    subjects = None
    if asked.subject:
        named = queries.keys_named(asked.subject, not_of=(PERSON, WORDS), limit=MOST_NAMESAKES)
        subjects = (asked.subject, *named)
    under = among(asked)
    return RecordFilter(
        learner_ids=_holders(asked.licence, _persons(asked.learner)),
        actor_ids=_persons(asked.actor),
        kinds=(asked.kind,) if asked.kind else (),
        without_kinds=() if asked.looks or asked.kind in LOOKS else LOOKS,
        subjects=subjects,
        recorded_from=_midnight(asked.since) if asked.since else None,
        recorded_until=_midnight(asked.until + timedelta(days=1)) if asked.until else None,
        text=asked.text,
        among=under.queries,
        up_to_id=under.up_to_id,
    )


def persons_asked(asked: Conditions, sight: Sight) -> tuple[Pivot, ...]:
    """Return the persons whom a list is narrowed to by their numbers, called as `sight` allows. At most one query."""
    ids = {facet: typed for facet in PERSONS if is_id(typed := getattr(asked, facet))}
    names = queries.labels(PERSON, ids.values()) if ids else {}
    return tuple(Pivot(facet, typed, sight.person(int(typed), names.get(typed, ""))) for facet, typed in ids.items())


def is_id(text: str) -> bool:
    """Say whether typed text is meant as an id: few ASCII digits."""
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID


def is_record_number(text: str) -> bool:
    """Say whether typed text may be the number of a record: they tell the month and are longer than ids of persons."""
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


def rows_of(records: Iterable[SealedRecord], sight: Sight = MASKED) -> tuple[Row, ...]:
    """Return the rows of a list as `sight` allows, in the same order.

    Two queries: the names of persons, the names of things; one more for each unit of code in the sentences that rooms name.
    """
    sealed = tuple(records)
    ids = {person for each in sealed for person in (each.record.actor_id, each.record.learner_id) if person is not None}
    names = queries.labels(PERSON, (str(person) for person in ids))
    codes, things = names_of(
        ((each.record.kind, each.record.payload) for each in sealed),
        language=language(),
        things=(each.record.subject for each in sealed),
    )
    return tuple(_row(each, _Known(names, codes, things), sight) for each in sealed)


def proof_of(sealed: SealedRecord) -> Proof | None:
    """Return a record's proof in the first signed head over it, checked here; None while it waits for one.

    About six queries, whatever the size of the log. A tree with a part missing proves nothing: then `holds` is false.
    """
    place = queries.place_of(sealed.id)
    head = queries.head_over(place.position) if place else None
    if place is None or head is None:
        return None
    try:
        path = queries.TreeReader().inclusion_proof(place.position, head.size)
    except OutOfTree:
        path = []
    holds = verify_inclusion(leaf_hash(sealed.canonical), place.position, head.size, path, head.root)
    return Proof(place.position, head, tuple(each.hex() for each in path), holds)


def today(now: datetime) -> Today:
    """Return the regulator's day that `now` falls in. Three queries."""
    day = timezone.localtime(now).date()
    counts = queries.day_by_kind(_midnight(day), _midnight(day + timedelta(days=1)))
    bars = [Bar(kind, kind_label(kind), count) for kind, count in list(counts.items())[:BARS]]
    if rest := sum(list(counts.values())[BARS:]):
        bars.append(Bar("", gettext("其他"), rest))
    verified = last_verified(now)
    oldest = queries.records(RecordFilter(), limit=1, after_id=0) if verified is None else ()
    return Today(
        day=day,
        total=sum(counts.values()),
        bars=tuple(bars),
        last_at=queries.latest_recorded_at(),
        verified=verified,
        never=bool(oldest) and now - oldest[0].record.recorded_at > LATE,
    )


def last_verified(now: datetime) -> Verified | None:
    """Return what the last verification of the whole log found; None before the first. One query."""
    found = queries.records(RecordFilter(kinds=(VERIFIED, FAULT_FOUND)), limit=1)
    if not found:
        return None
    record = found[0].record
    records, fault = record.payload.get("records", 0), record.payload.get("fault", "")
    late = now - record.happened_at > LATE
    return Verified(found[0].id, record.happened_at, records if isinstance(records, int) else 0, str(fault), late)


def kind_choices(asked: RecordFilter) -> tuple[tuple[KindChoice, ...], bool]:
    """Return the kinds to choose from, most frequent first, and whether only the newest records were counted.

    Registered kinds that no record matches come last, with 0. One query.
    """
    found = queries.counts_by_kind(replace(asked, kinds=()), newest=COUNTED_NEWEST)
    names = {kind.name for kind in kinds.registered()} | found.counts.keys()
    choices = (KindChoice(name, kind_label(name), found.counts.get(name, 0)) for name in names)
    return tuple(sorted(choices, key=lambda choice: (-choice.count, choice.name))), found.capped


def kinds_without_counts() -> tuple[KindChoice, ...]:
    """Return the registered kinds by name, for a page that could not count. No query."""
    return tuple(KindChoice(kind.name, kind_label(kind.name), 0) for kind in kinds.registered())


def kind_label(name: str) -> str:
    """Return a few words for a kind; its name when nobody registers it."""
    kind = kinds.find(name)
    return (kind.label(language()) if kind else "") or name


def in_chunks(asked: RecordFilter, *, most: int, chunk: int, sight: Sight = MASKED) -> Iterator[tuple[Row, ...]]:
    """Yield at most `most` rows, newest first, `chunk` at a time. Three queries a chunk, whatever the depth."""
    before = None
    while most > 0:
        records = queries.records(asked, limit=min(chunk, most), before_id=before)
        if not records:
            return
        yield rows_of(records, sight)
        before = records[-1].id
        most -= len(records)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is called how: persons by id, codes of the sentences, things by key."""

    persons: Mapping[str, str]
    codes: Names
    things: Mapping[str, str]


def _row(each: SealedRecord, known: _Known, sight: Sight) -> Row:
    record = each.record
    names = known.persons
    actor, learner = names.get(str(record.actor_id), ""), names.get(str(record.learner_id), "")
    bare = ((record.actor_id, actor), (record.learner_id, learner))
    subject = sight.text(known.things.get(record.subject, ""), bare)
    spoken = {
        "actor": sight.person(record.actor_id, actor) if record.actor_id is not None else gettext("系统"),
        "learner": sight.person(record.learner_id, learner) if record.learner_id is not None else "",
        "subject": subject or words("subject_uuid", record.subject, language=language()),
        "happened_at": record.happened_at.isoformat(),
    }
    payload = record.payload if isinstance(record.payload, dict) else {}
    return Row(
        id=each.id,
        kind=record.kind,
        kind_label=kind_label(record.kind),
        sentence=sight.text(
            kinds.sentence(record.kind, {**payload, **spoken}, language=language(), names=known.codes), bare
        ),
        recorded_at=record.recorded_at,
        happened_at=record.happened_at,
        actor_id=record.actor_id,
        actor_name=sight.name(record.actor_id, actor) if record.actor_id is not None else "",
        learner_id=record.learner_id,
        learner_name=sight.name(record.learner_id, learner) if record.learner_id is not None else "",
        subject=record.subject,
        subject_name=subject,
        fault=each.fault,
        sealed=each,
        sealed_text=sight.text(each.canonical[1:].decode("utf-8", "replace"), bare),
    )


def _persons(typed: str) -> tuple[int, ...] | None:
    if not typed:
        return None
    if is_id(typed):
        return (int(typed),)
    keys = queries.keys_named(typed, kind=PERSON, limit=MOST_NAMESAKES)
    return tuple(int(key) for key in keys if is_id(key))


def _holders(licence: str, learners: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Return the learners asked for, as far as the licence leaves them: its holder alone."""
    if not licence:
        return learners
    known = house().licence(licence)
    holder = {known[1]} if known else set()
    return tuple(holder if learners is None else holder & set(learners))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
