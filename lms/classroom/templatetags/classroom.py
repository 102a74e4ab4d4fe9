"""How long an appeal may still wait, in working days."""

from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.config.templatetags.house import pill
from lms.organisations.domain.working_days import Calendar, working_days_between
from lms.organisations.queries import working_calendar

register = template.Library()


@register.simple_tag(takes_context=True)
def due_pill(context: Context, due: date | None) -> SafeString | str:
    """Write how many working days are left until a day, or by how many it is overdue. One query a page."""
    if due is None:
        return ""
    today, calendar = timezone.localdate(), _calendar(context.render_context)
    if due < today:
        late = working_days_between(due, today, calendar)
        return pill(ngettext("逾期 %(n)s 个工作日", "逾期 %(n)s 个工作日", late) % {"n": late}, "danger", sign=True)
    left = working_days_between(today, due, calendar)
    if left == 0:
        return pill(_("今天到期"), "danger", sign=True)
    return pill(ngettext("还有 %(n)s 个工作日", "还有 %(n)s 个工作日", left) % {"n": left}, "pending")


def _calendar(kept: Any) -> Calendar:
    found: Calendar | None = kept.get("working_calendar")
    if found is None:
        found = kept["working_calendar"] = working_calendar()
    return found
