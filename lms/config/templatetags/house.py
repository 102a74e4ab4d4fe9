"""The tags and filters of every template: figures, times, icons, form fields. `/styleguide/` shows each of them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from analytics.domain import sentence
from lms.config import figures

register = template.Library()
Number = int | Fraction | Decimal
LENGTH_UNITS = {"ms": "milliseconds", "seconds": "seconds"}


def _state(state: str) -> str:
    if state not in figures.STATES:
        raise template.TemplateSyntaxError(f"state {state!r}: one of {', '.join(figures.STATES)}")
    return state


# ── numbers and times ──


@register.filter
def hours(value: Number) -> str:
    """`{{ entry.hours|hours }}` → 0.71, rounded towards less."""
    return figures.hours_floored(value)


@register.filter
def hours_short(value: Number) -> str:
    """The same without decimals that say nothing: 20, 0.71. For large figures."""
    return figures.without_zeros(figures.hours_floored(value))


@register.filter
def hours_missing(value: Number) -> str:
    """`{{ gap|hours_missing }}`: what is still to do, rounded towards more, without empty decimals."""
    return figures.without_zeros(figures.hours_ceiled(value))


@register.filter
def duration(value: int | timedelta, unit: str = "ms") -> str:
    """Return a length of time in words: 12 分 40 秒, full seconds only. Milliseconds, or `|duration:"seconds"`.

    From an hour on, parts that are nought at the end are left out: 15 小时, 1 小时 30 分.
    """
    length = value if isinstance(value, timedelta) else timedelta(**{LENGTH_UNITS[unit]: int(value)})
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return sentence.duration(length // timedelta(seconds=1), language)


@register.filter
def clock(value: int) -> str:
    """Return a position in a video (milliseconds) as a clock: 12:40, 1:02:05."""
    return sentence.clock(int(value))


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a day as 2026-05-09; a moment is taken in the regulator's time zone. Nothing → an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value.isoformat()


@register.simple_tag
def moment(value: datetime | None, form: str = "minute") -> SafeString | str:
    """Write a moment for people and machines: `{% moment record.recorded_at %}`.

    form: "minute" 2026-05-09 14:05 · "second" 2026-05-09 14:05:09 · "day" 2026-05-09 · "short" 05-09 14:05.
    """
    if value is None:
        return ""
    local = timezone.localtime(value)
    formats = {"minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S", "day": "%Y-%m-%d", "short": "%m-%d %H:%M"}
    return format_html(
        '<time class="number" datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        local.strftime(formats[form]),
    )


@register.filter
def masked(value: str | None) -> str:
    """Hide the middle of a phone or document number: 138****1234."""
    return figures.masked(str(value or ""))


# ── signs ──


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw a sign of lms/icons.svg. Without a label it is decoration, and silent to screen readers."""
    address = f"{static('lms/icons.svg')}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, address)


PILL_ICONS = {"done": "check-circle-fill", "pending": "hourglass-split", "danger": "exclamation-triangle-fill"}


@register.simple_tag
def pill(text: str, state: str = "neutral", sign: bool = False, title: str = "") -> SafeString:
    """Write a state in words on its colour. done, pending, danger, info, neutral; "assumed" for ASSUMED values."""
    shown = "assumed" if state == "assumed" else _state(state or "neutral")
    picture = icon(PILL_ICONS[shown]) if sign and shown in PILL_ICONS else ""
    hint = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="pill {}"{}>{}{}</span>', shown, hint, picture, text)


# ── pictures of figures ──


@register.inclusion_tag("_ring.html")
def ring(value: Number, total: Number, label: str = "", state: str = "", size: str = "") -> dict[str, str]:
    """Draw how much of total is done. Without a state: done when complete, else pending. label: for screen readers."""
    state = _state(state) if state else ("done" if value >= total else "pending")
    share = figures.percent(value, total)
    return {"share": share, "drawn": figures.arc(share), "state": state, "label": label, "size": size}


@register.inclusion_tag("_bar.html")
def bar(
    total: Number = 0,
    *,
    done: Number = 0,
    info: Number = 0,
    pending: Number = 0,
    danger: Number = 0,
    label: str = "",
    thin: bool = False,
) -> dict[str, object]:
    """Draw amounts as pieces of one bar, in the order done, info, pending, danger; what is left of total stays pale."""
    parts = (("done", done), ("info", info), ("pending", pending), ("danger", danger))
    return {"stretches": figures.stretches(parts, total), "label": label, "thin": thin}


@register.inclusion_tag("_marks.html")
def marks(states: list[tuple[str, str]]) -> dict[str, object]:
    """Draw one little bar for each (label, state): the categories of a person in a table. neutral = nothing yet."""
    gap, step = 2, Fraction(100, max(len(states), 1))
    bars = [
        {"x": f"{float(step * i):.1f}", "width": f"{float(step) - gap:.1f}", "state": _state(state)}
        for i, (_, state) in enumerate(states)
    ]
    return {"bars": bars, "label": "，".join(f"{label} {_word_of(state)}" for label, state in states)}


def _word_of(state: str) -> str:
    words = {
        "done": gettext("已达标"),
        "pending": gettext("进行中"),
        "danger": gettext("不足"),
        "info": gettext("进行中"),
        "neutral": gettext("未开始"),
    }
    return words[state]


@register.inclusion_tag("_cycle_line.html")
def cycle_line(start: date, end: date, today: date) -> dict[str, object]:
    """Draw a cycle (end: its last day) with today on it. Outside the cycle today is not drawn: all past, or none."""
    length = max((end - start).days, 1)
    gone = (today - start).days
    share = figures.percent(gone, length)
    edge = 6
    anchor = "start" if float(share) < edge else "end" if float(share) > 100 - edge else "middle"
    return {"start": start, "end": end, "share": share, "inside": start <= today <= end, "anchor": anchor}


# ── forms ──

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.inclusion_tag("_field.html")
def field(bound: BoundField, autocomplete: str = "", inputmode: str = "") -> dict[str, object]:
    """Write a form field: label, input, help, and its error beside it. `{% field form.phone autocomplete="tel" %}`"""
    widget = bound.field.widget
    if isinstance(widget, GROUPS):
        # The parts are drawn one by one and take their class from here; Django would put it on their frame as well.
        widget.attrs["class"] = "form-check-input"
        return {"bound": bound, "kind": "group"}
    kind = "hidden" if widget.is_hidden else "checkbox" if isinstance(widget, forms.CheckboxInput) else ""
    css = "form-check-input" if kind else "form-select" if isinstance(widget, forms.Select) else "form-control"
    attrs: dict[str, str | bool] = {
        "class": f"{widget.attrs.get('class', '')} {css}{' is-invalid' if bound.errors else ''}".strip()
    }
    attrs |= {name: text for name, text in (("autocomplete", autocomplete), ("inputmode", inputmode)) if text}
    return {"bound": bound, "widget": bound.as_widget(attrs=attrs), "kind": kind}
