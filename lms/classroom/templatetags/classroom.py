"""How long an appeal may still wait, in working days."""

from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from lms.organisations.domain.working_days import Calendar, working_days_between
from lms.organisations.queries import working_calendar

register = template.Library()


@register.inclusion_tag("classroom/_due.html", takes_context=True)
def due_pill(context: Context, due: date | None) -> dict[str, object]:
    """Write how many working days are left until a day, or by how many it is overdue. One query a page."""
    if due is None:
        return {}
    today, calendar = timezone.localdate(), _calendar(context.render_context)
    if due < today:
        return {"late": working_days_between(due, today, calendar), "is_late": True, "due": due}
    return {"left": working_days_between(today, due, calendar), "due": due}


def _calendar(kept: Any) -> Calendar:
    found: Calendar | None = kept.get("working_calendar")
    if found is None:
        found = kept["working_calendar"] = working_calendar()
    return found
