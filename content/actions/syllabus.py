"""Taking in a syllabus, and filing it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import ProtectedError

from analytics.learning_log.actions import append
from content.actions.rights import actor_id, demand
from content.domain.refusals import Reason, SyllabusRefused, gettext_noop
from content.domain.syllabus import SyllabusDraft, TopicDraft, faults_of
from content.models import SyllabusTopic, SyllabusVersion

FILED = gettext_noop("大纲“%(title)s”已经备案，内容不能再改。要修改请用新的代码另建一版。")
IN_USE = gettext_noop("课题 %(code)s 已有课程对应，不能从大纲中去掉。请先把课程改到别的课题。")
EMPTY = gettext_noop("大纲“%(title)s”里没有课题，不能备案。请先加入课题。")


@transaction.atomic
def import_syllabus(
    *, version: SyllabusDraft, topics: Sequence[TopicDraft], at: datetime, by: AbstractUser | None
) -> SyllabusVersion:
    """Take in a syllabus version with its topics, in their order, and file it if it has a filing day.

    Cases: unknown code → a new version; a draft of that code → made equal to what is handed in; exactly what is there
    already → nothing happens, nothing is logged; a filed version that differs → refused.

    Raises SyllabusRefused with every reason at once, NotPermitted.
    """
    demand(by, "add_syllabusversion")
    if faults := faults_of(topics):
        raise SyllabusRefused(*faults)
    row = SyllabusVersion.objects.select_for_update().filter(code=version.code).first()
    if row and row.state == SyllabusVersion.State.FILED:
        if _as_drafts(row) != (version, _normal(topics)):
            raise SyllabusRefused(Reason(FILED, {"title": row.title}))
        return row
    row, changed = _put_version(row, version)
    if _put_topics(row, topics) or changed:
        append(
            kind="content.syllabus_imported",
            actor_id=actor_id(by),
            happened_at=at,
            subject=row.code,
            payload={"syllabus_code": row.code, "title": row.title, "topics": len(topics)},
        )
    if version.filed_on:
        _file(row, version.filed_on, at, by)
    return row


@transaction.atomic
def file_syllabus(*, version_id: int, filed_on: date, at: datetime, by: AbstractUser | None) -> SyllabusVersion:
    """Record that the authority has the syllabus, and freeze it with its topics.

    filed_on: in the regulator's time zone. Raises SyllabusRefused (filed already, or without topics), NotPermitted.
    """
    demand(by, "file_syllabusversion")
    row = SyllabusVersion.objects.select_for_update().get(pk=version_id)
    if row.state == SyllabusVersion.State.FILED:
        raise SyllabusRefused(Reason(FILED, {"title": row.title}))
    if not row.topics.exists():
        raise SyllabusRefused(Reason(EMPTY, {"title": row.title}))
    _file(row, filed_on, at, by)
    return row


def _file(row: SyllabusVersion, filed_on: date, at: datetime, by: AbstractUser | None) -> None:
    row.state = SyllabusVersion.State.FILED
    row.filed_on = filed_on
    row.save(update_fields=["state", "filed_on"])
    append(
        kind="content.syllabus_filed",
        actor_id=actor_id(by),
        happened_at=at,
        subject=row.code,
        payload={"syllabus_code": row.code, "title": row.title, "filed_on": filed_on.isoformat()},
    )


def _put_version(row: SyllabusVersion | None, version: SyllabusDraft) -> tuple[SyllabusVersion, bool]:
    values = {"title": version.title, "year": version.year, "note": version.note, "fictional": version.fictional}
    if row is None:
        return SyllabusVersion.objects.create(code=version.code, **values), True
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return row, bool(changed)


def _put_topics(row: SyllabusVersion, topics: Sequence[TopicDraft]) -> bool:
    """Make the version's topics equal to these, and say whether anything changed."""
    existing = {topic.code: topic for topic in row.topics.all()}
    wanted = [_topic_row(row, topic, position) for position, topic in enumerate(topics, start=1)]
    new = [topic for topic in wanted if topic.code not in existing]
    changed = [topic for topic in wanted if topic.code in existing and _values(existing[topic.code]) != _values(topic)]
    for topic in changed:
        topic.pk = existing[topic.code].pk
    gone = existing.keys() - {topic.code for topic in topics}
    _remove(row, gone)
    SyllabusTopic.objects.bulk_update(changed, [*_COLUMNS])
    SyllabusTopic.objects.bulk_create(new)
    return bool(new or changed or gone)


_COLUMNS = ("section", "post_code", "group", "title", "hours", "position")


def _values(topic: SyllabusTopic) -> tuple[object, ...]:
    return tuple(getattr(topic, column) for column in _COLUMNS)


def _topic_row(row: SyllabusVersion, topic: TopicDraft, position: int) -> SyllabusTopic:
    return SyllabusTopic(
        version=row,
        section=topic.section,
        post_code=topic.post_code or "",
        group=topic.group,
        code=topic.code,
        title=topic.title,
        hours=_exact(topic.hours),
        position=position,
    )


def _remove(row: SyllabusVersion, codes: set[str]) -> None:
    try:
        row.topics.filter(code__in=codes).delete()
    except ProtectedError:
        used = row.topics.filter(code__in=codes).exclude(course_pages=None, editions=None)
        reasons = [Reason(IN_USE, {"code": code}) for code in sorted(set(used.values_list("code", flat=True)))]
        raise SyllabusRefused(*reasons) from None


def _as_drafts(row: SyllabusVersion) -> tuple[SyllabusDraft, tuple[TopicDraft, ...]]:
    """Return a stored version as it would be handed in."""
    version = SyllabusDraft(
        code=row.code, title=row.title, year=row.year, filed_on=row.filed_on, note=row.note, fictional=row.fictional
    )
    topics = [
        TopicDraft(
            code=topic.code,
            group=topic.group,
            title=topic.title,
            hours=topic.hours,
            post_code=topic.post_code or None,
        )
        for topic in row.topics.order_by("position")
    ]
    return version, _normal(topics)


def _normal(topics: Sequence[TopicDraft]) -> tuple[TopicDraft, ...]:
    """Return the topics with hours as the database keeps them, so that 2 and 2.00 are equal."""
    return tuple(
        TopicDraft(code=t.code, group=t.group, title=t.title, hours=_exact(t.hours), post_code=t.post_code)
        for t in topics
    )


def _exact(hours: Decimal | int) -> Decimal:
    return Decimal(hours).quantize(Decimal("0.01"))
