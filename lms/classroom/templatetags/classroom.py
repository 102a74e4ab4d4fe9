"""How long an appeal may still wait, in working days; which lesson held time belongs to."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django import template
from django.template import Context
from django.utils import timezone

from content.queries import LessonFacts, lessons_by_uuid
from lms.organisations.domain.working_days import Calendar, working_days_between
from lms.organisations.queries import working_calendar

register = template.Library()


class OfSubject(Protocol):
    """Held time as another room tells of it: by the id of what it counts for, and no more."""

    @property
    def subject_uuid(self) -> UUID | None: ...


@register.inclusion_tag("classroom/_due.html", takes_context=True)
def due_pill(context: Context, due: date | None) -> dict[str, object]:
    """Write how many working days are left until a day, or by how many it is overdue. One query a page."""
    if due is None:
        return {}
    today, calendar = timezone.localdate(), _calendar(context.render_context)
    if due < today:
        return {"late": working_days_between(due, today, calendar), "is_late": True, "due": due}
    return {"left": working_days_between(today, due, calendar), "due": due}


@register.simple_tag
def lessons_of(holds: Iterable[OfSubject]) -> Mapping[UUID, LessonFacts]:
    """Return the lessons that these are of, by id: `{% lessons_of rows as lessons %}`. However many they are, asked at once."""
    wanted = {one.subject_uuid for one in holds if one.subject_uuid is not None}
    return lessons_by_uuid(wanted) if wanted else {}


@register.simple_tag
def lesson_beside(hold: OfSubject) -> LessonFacts | None:
    """Return the lesson of one alone: `{% lesson_beside file.row as lesson %}`."""
    return lesson_of(lessons_of([hold]), hold)


@register.filter
def lesson_of(lessons: Mapping[UUID, LessonFacts], hold: OfSubject) -> LessonFacts | None:
    """Return the lesson of one of them; None for an examination or a live class: `{% with lesson=lessons|lesson_of:row %}`."""
    return lessons.get(hold.subject_uuid) if hold.subject_uuid is not None else None


def _calendar(kept: Any) -> Calendar:
    found: Calendar | None = kept.get("working_calendar")
    if found is None:
        found = kept["working_calendar"] = working_calendar()
    return found
