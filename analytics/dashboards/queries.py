"""Reading the totals: one query a chart, of bounded cost whatever the size of the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Sum

from analytics.dashboards.measures import ACTIVE, BY_NAME
from analytics.dashboards.models import DailyLearner, DailyTotal, RollUpState
from analytics.learning_log import kinds


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart and the table behind it. rows: a label and an amount; kind: the records that make the amounts up.

    by_day: labels are ISO days; else groups, and `words` says them.
    """

    name: str
    kind: str
    by_day: bool
    rows: tuple[tuple[str, int], ...]
    words: Mapping[str, str]

    @property
    def told(self) -> tuple[tuple[str, str, int], ...]:
        """The rows with their labels in words."""
        return tuple((label, self.words.get(label, label), amount) for label, amount in self.rows)

    @property
    def total(self) -> int:
        """All amounts together."""
        return sum(amount for _, amount in self.rows)


def charts(since: date, until: date, *, language: str) -> tuple[Chart, ...]:
    """Return the charts of a period, both days included. Seven queries."""
    active = DailyLearner.objects.filter(day__range=(since, until)).values_list("day").annotate(n=Count("pk"))
    return (
        Chart(ACTIVE, "player.span_watched", True, _every_day(dict(active), since, until), {}),
        _days("watched_ms", since, until),
        _groups("awarded_seconds", since, until, language=language, field="category"),
        _groups("refused_ms", since, until, language=language, field="reason"),
        _groups("checks", since, until, language=language, field="state"),
        _days("enrolled", since, until),
        _days("sign_ins", since, until),
    )


def added_up_to() -> int:
    """Return how many records of the tree the totals hold. One query."""
    return RollUpState.objects.values_list("size", flat=True).first() or 0


def _days(name: str, since: date, until: date) -> Chart:
    rows = DailyTotal.objects.filter(measure=name, day__range=(since, until))
    found = dict(rows.values_list("day").annotate(total=Sum("amount")))
    return Chart(name, BY_NAME[name].kind, True, _every_day(found, since, until), {})


def _groups(name: str, since: date, until: date, *, language: str, field: str) -> Chart:
    rows = DailyTotal.objects.filter(measure=name, day__range=(since, until))
    found = tuple(rows.values_list("group").annotate(total=Sum("amount")).order_by("-total", "group"))
    kind = kinds.find(BY_NAME[name].kind)
    told = kind.words.get(field, {}) if kind else {}
    words = {group: told[group][language != "zh"] if group in told else group for group, _ in found}
    return Chart(name, BY_NAME[name].kind, False, found, words)


def _every_day(found: Mapping[date, int], since: date, until: date) -> tuple[tuple[str, int], ...]:
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return tuple((day.isoformat(), found.get(day, 0)) for day in days)


def all_totals() -> dict[tuple[str, str, str], int]:
    """Return every figure there is, by day, measure and group: for comparing. Two queries."""
    rows = DailyTotal.objects.values_list("day", "measure", "group", "amount")
    found = {(day.isoformat(), measure, group): amount for day, measure, group, amount in rows}
    active = DailyLearner.objects.values_list("day").annotate(n=Count("pk"))
    return found | {(day.isoformat(), ACTIVE, ""): count for day, count in active}
