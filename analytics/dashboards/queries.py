"""Reading the totals: one query a chart, of bounded cost whatever the size of the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Sum

from analytics.card_index import queries as card_index
from analytics.card_index import words
from analytics.card_index.measures import ACTIVE, BY_NAME, STEPS, Sought
from analytics.card_index.names import names_of
from analytics.dashboards.doors import doors
from analytics.dashboards.models import DailyLearner, DailyTotal, RollUpState
from analytics.learning_log import kinds

PLATFORM = 0
MOST_SHOWN = 10
SCOPED_BY = "awarded_seconds"  # what companies, institutions, regions and posts are compared by


@dataclass(frozen=True, slots=True)
class Line:
    """One amount of a chart. sought: the figure to look its records up by; facet and value: of a page of its own, or ""."""

    label: str
    word: str
    amount: int
    sought: str = ""
    facet: str = ""
    value: str = ""
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart and the table behind it. shape: days, groups, steps or scopes."""

    name: str
    shape: str
    lines: tuple[Line, ...]
    facet: str = ""

    @property
    def title(self) -> str:
        """What it shows."""
        return str(words.CHARTS[self.name])

    @property
    def total(self) -> int:
        """All amounts together; of steps, how many began."""
        if self.shape == "steps":
            return self.lines[0].amount
        return sum(line.amount for line in self.lines)

    @property
    def rows(self) -> tuple[tuple[str, int], ...]:
        """Labels and amounts."""
        return tuple((line.label, line.amount) for line in self.lines)


def charts(since: date, until: date, *, language: str, heading_id: int = PLATFORM) -> tuple[Chart, ...]:
    """Return the charts of a period, both days included, of the platform or of what stands under a heading. Eight queries."""
    asked = _Period(since, until, language, heading_id)
    return (
        asked.active(),
        asked.days("watched_ms"),
        asked.steps(),
        asked.groups(SCOPED_BY),
        asked.groups("refused_ms"),
        asked.groups("checks"),
        asked.days("enrolled"),
        asked.days("sign_ins"),
    )


def divided(since: date, until: date, *, language: str) -> tuple[Chart, ...]:
    """Return the hours of a period by region, post, company and institution, the most first. At most four queries each."""
    return tuple(_scopes(facet, since, until, language) for facet in ("region", "post", "company", "institution"))


def everyone(facet: str, since: date, until: date, *, language: str) -> tuple[Line, ...]:
    """Return every heading of a facet with its hours in a period, the most first. Three queries."""
    found = _by_heading(facet, since, until, most=None)
    return _scope_lines(facet, found, language)


def learners_in(since: date, until: date, heading_id: int) -> int:
    """Return how many different learners were active in a period under a heading. One query."""
    rows = DailyLearner.objects.filter(heading_id=heading_id, day__range=(since, until))
    return rows.values("learner_id").distinct().count()


def added_up_to() -> int:
    """Return how many records of the tree the totals hold. One query."""
    return RollUpState.objects.values_list("size", flat=True).first() or 0


def all_totals() -> dict[tuple[str, str, str, str], int]:
    """Return every figure there is, by day, measure, group and heading: for comparing. Three queries."""
    rows = tuple(DailyTotal.objects.values_list("day", "measure", "group", "heading_id", "amount"))
    active = DailyLearner.objects.values_list("day", "heading_id").annotate(n=Count("pk"))
    rows += tuple((day, ACTIVE, "", heading_id, count) for day, heading_id, count in active)
    heads = card_index.found({heading_id for *_, heading_id, _ in rows})
    told = {heading_id: f" ({head.facet} {head.value})" for heading_id, head in heads.items()}
    return {
        (day.isoformat(), measure, group, told.get(heading_id, "")): amount
        for day, measure, group, heading_id, amount in rows
    }


@dataclass(frozen=True, slots=True)
class _Period:
    since: date
    until: date
    language: str
    heading_id: int

    def active(self) -> Chart:
        rows = DailyLearner.objects.filter(heading_id=self.heading_id, day__range=(self.since, self.until))
        found = dict(rows.values_list("day").annotate(n=Count("pk")))
        return Chart(ACTIVE, "days", self._every_day(found, "watched_ms"))

    def days(self, name: str) -> Chart:
        rows = DailyTotal.objects.filter(heading_id=self.heading_id, measure=name, day__range=(self.since, self.until))
        return Chart(name, "days", self._every_day(dict(rows.values_list("day").annotate(total=Sum("amount"))), name))

    def groups(self, name: str) -> Chart:
        rows = DailyTotal.objects.filter(heading_id=self.heading_id, measure=name, day__range=(self.since, self.until))
        found = tuple(rows.values_list("group").annotate(total=Sum("amount")).order_by("-total", "group"))
        kind = kinds.find(BY_NAME[name].kinds[0])
        told = kind.words.get(BY_NAME[name].field, {}) if kind else {}
        return Chart(
            name,
            "groups",
            tuple(
                Line(group, told[group][self.language != "zh"] if group in told else group, amount,
                     str(Sought(name, self.since, self.until, group)))
                for group, amount in found
            ),
        )  # fmt: skip

    def steps(self) -> Chart:
        """How many of those who enrolled in the period came how far until now."""
        rows = DailyTotal.objects.filter(
            heading_id=self.heading_id, measure__in=STEPS, day__range=(self.since, self.until)
        )
        found = dict(rows.values_list("measure").annotate(total=Sum("amount")))
        began = found.get(STEPS[0], 0)
        return Chart(
            "steps",
            "steps",
            tuple(
                Line(step, str(words.STEPS[step]), found.get(step, 0), str(Sought(step, self.since, self.until)),
                     percent=found.get(step, 0) * 100 // began if began else None)
                for step in STEPS
            ),
        )  # fmt: skip

    def _every_day(self, found: Mapping[date, int], measure: str) -> tuple[Line, ...]:
        days = (self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1))
        return tuple(
            Line(day.isoformat(), day.isoformat(), found.get(day, 0), str(Sought(measure, day, day))) for day in days
        )


def _scopes(facet: str, since: date, until: date, language: str) -> Chart:
    found = _by_heading(facet, since, until, most=MOST_SHOWN)
    return Chart(f"by_{facet}", "scopes", _scope_lines(facet, found, language), facet)


def _by_heading(facet: str, since: date, until: date, *, most: int | None) -> tuple[tuple[int, int], ...]:
    rows = DailyTotal.objects.filter(
        heading_id__in=card_index.ids_under(facet), measure=SCOPED_BY, day__range=(since, until)
    )
    return tuple(rows.values_list("heading_id").annotate(total=Sum("amount")).order_by("-total", "heading_id")[:most])


def _scope_lines(facet: str, found: Iterable[tuple[int, int]], language: str) -> tuple[Line, ...]:
    amounts = dict(found)
    heads = card_index.found(amounts)
    names = names_of(heads.values(), language, regions=doors().region_names)
    return tuple(
        Line(heads[pk].value, names.get(heads[pk].value, heads[pk].value), amount, facet=facet, value=heads[pk].value)
        for pk, amount in amounts.items()
    )
