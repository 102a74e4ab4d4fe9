"""Small words of the pages of hours."""

from fractions import Fraction

from django import template
from django.utils.translation import gettext as _

from lms.credit import sentences
from lms.credit.domain import accrual
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import EvidenceState
from lms.credit.queries.courses import CourseLine
from lms.credit.queries.decisions import LicenceDecision
from lms.credit.queries.ledger import EntryFacts

register = template.Library()


@register.filter
def said(name: str) -> str:
    """Return a name that stands in a rule set in the reader's language."""
    return _(name)


@register.filter
def post_name(held: LicenceDecision) -> str:
    """Return the name of a certificate's post."""
    return sentences.post_name(held.licence.post_code)


@register.filter
def post_of_code(code: str) -> str:
    """Return the name of a post by its code."""
    return sentences.post_name(code)


@register.filter
def rule_name(rules: RuleSet) -> str:
    """Return the name of a rule set in the reader's language."""
    return _(rules.name)


@register.filter
def signed_hours(hours: Fraction | None) -> str:
    """Return hours with their sign: +0.71. Without rules there are none: an empty text."""
    if hours is None:
        return ""
    text = accrual.shown(hours)
    return text if hours < 0 else f"+{text}"


@register.filter
def signed_duration(seconds: int) -> str:
    """Return a length of time in words, with a minus when it was taken back."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = {"hours": hours, "minutes": minutes, "seconds": f"{rest:02d}", "sign": "−" if seconds < 0 else ""}
    if hours:
        return _("%(sign)s%(hours)d 小时 %(minutes)d 分 %(seconds)s 秒") % parts
    if minutes:
        return _("%(sign)s%(minutes)d 分 %(seconds)s 秒") % parts
    return _("%(sign)s%(seconds)d 秒") % {**parts, "seconds": rest}


@register.filter
def entry_note(entry: EntryFacts) -> str:
    """Return the small line under an entry: how long it was watched, or else where it comes from and what it is worth."""
    if entry.spans or entry.hours is None:
        return f"{signed_duration(entry.seconds)} · {entry.source_label}"
    return f"{entry.source_label} · {sentences.hours_text(entry.hours)}"


@register.filter
def stretches(entry: EntryFacts) -> list[tuple[str, str]]:
    """Return where each span of an entry begins and how wide it is, in percent of the line, for SVG attributes."""
    whole = max(entry.lesson_ms, *(span.end_ms for span in entry.spans), 1)
    return [(f"{span.start_ms * 100 / whole:.2f}", f"{span.length_ms * 100 / whole:.2f}") for span in entry.spans]


@register.filter
def what_if(line: CourseLine, rules: RuleSet | None) -> str:
    """Return what finishing a course would change."""
    return sentences.what_if_of(line, rules)


@register.filter
def releases(state: EvidenceState) -> str:
    """Return what must happen before waiting hours count."""
    return sentences.releases(state)


@register.filter
def check_word(state: str) -> str:
    """Return how a check of presence ended, in words."""
    return sentences.check_word(state)
