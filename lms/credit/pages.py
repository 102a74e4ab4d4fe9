"""The first page of a learner, made ready for its template: words and addresses beside the figures."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.credit import sentences
from lms.credit.domain.decision import Decision
from lms.credit.domain.terms import LedgerCategory
from lms.credit.gate import step_in_the_way, why_it_waits
from lms.credit.queries.decisions import LicenceDecision
from lms.credit.queries.my_hours import MyHours, Ring

Tab = tuple[str, str, bool]


def hours_context(page: MyHours) -> dict[str, object]:
    """Return everything the template needs and does not find in the page itself."""
    chosen, decision = page.chosen, page.decision
    address = reverse("credit:my_hours")
    context: dict[str, object] = {"page": page, "licence_tabs": licence_tabs(page.licences, chosen, address)}
    if chosen is None or decision is None:
        return context
    state, colour = sentences.state_word(decision)
    return context | {
        "headline": sentences.headline_of(decision, page.gap, page.resolution),
        "state": state,
        "state_colour": colour,
        "rings": [_ring(ring) for ring in page.rings],
        "explanations": sentences.explanations_of(decision),
        "gap_title": _gap_title(page),
        "waits": _what_waits(page),
        "cycle_tabs": _cycle_tabs(page, chosen, address),
        "has_assumed": _has_assumed(chosen),
        "outlook": sentences.outlook_sentences(page.outlook) if page.outlook else (),
    }


def licence_tabs(held: Sequence[LicenceDecision], chosen: LicenceDecision | None, address: str) -> list[Tab]:
    """Return a tab for each certificate; none when there is only one."""
    if len(held) < 2:  # noqa: PLR2004 — one is no choice
        return []
    return [
        (
            sentences.post_name(item.licence.post_code),
            f"{address}?{urlencode({'licence': str(item.licence.uuid)})}",
            item is chosen,
        )
        for item in held
    ]


def _cycle_tabs(page: MyHours, chosen: LicenceDecision, address: str) -> list[Tab]:
    """The running cycle and the one before it: older ones are history, and stand in the ledger."""
    found = []
    for decision in (chosen.previous, chosen.current):
        if decision is None or decision.window is None:
            continue
        state, _colour = sentences.state_word(decision)
        title = _("第 %(number)d 周期 · %(state)s") % {"number": decision.window.number, "state": state}
        query = urlencode({"licence": str(chosen.licence.uuid), "cycle": decision.window.number})
        found.append((title, f"{address}?{query}", _same_cycle(decision, page.decision)))
    return found if len(found) > 1 else []


def _same_cycle(one: Decision, other: Decision | None) -> bool:
    return other is not None and other.window == one.window


def _ring(ring: Ring) -> dict[str, object]:
    verdict = _("已达标") if ring.is_met else _("差 %(hours)s") % {"hours": sentences.missing_text(ring.missing)}
    title = _("第 %(year)d 年") % {"year": ring.year} if ring.year else _(ring.title)
    waiting = sentences.hours_text(ring.waiting) if ring.waiting else ""
    return {
        "title": title,
        "value": ring.earned,
        "total": ring.required,
        "missing": ring.missing,
        "state": ring.state,
        "verdict": verdict,
        "waiting": waiting,
    }


def _gap_title(page: MyHours) -> str:
    if page.gap is None:
        return ""
    if page.gap.requirement is None:
        return _("可以学习的课程")
    return _("最快补齐%(name)s") % {"name": _(page.gap.requirement.spoken)}


def _what_waits(page: MyHours) -> dict[str, object] | None:
    """Return why none of the offered courses may be enrolled in, and whether training at work is what comes first."""
    lines = [line for line in page.gap.courses if not line.is_enrolled] if page.gap else []
    steps = [step_in_the_way(page.licences, line.ledger, line.post_code) for line in lines]
    first = next((step for step in steps if step is not None), None)
    if first is None:
        return None
    editions = {line.edition_uuid for line, step in zip(lines, steps, strict=True) if step is not None}
    return {
        "why": why_it_waits(first),
        "editions": editions,
        "at_work": LedgerCategory.ENTERPRISE in first.counts,
    }


def _has_assumed(chosen: LicenceDecision) -> bool:
    rules = chosen.rules
    if rules is None:
        return False
    cycle, accrual = rules.cycle, rules.accrual
    leaves = (cycle.anchor, cycle.grouping, cycle.leap_day, accrual.minutes_per_hour, accrual.daily_online_hours)
    return any(leaf.assumed for leaf in leaves)
