"""The demo's data files as typed values. Days in them are counted back from the day of loading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lms.config.demo.slides import Slide

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the demo syllabus. post: None for the topics common to all posts. code: C01 or site_civil-04."""

    code: str
    post: str | None
    group: str
    title: str
    hours: int


@dataclass(frozen=True, slots=True)
class Film:
    """A lesson to be rendered. `slides` last together as long as the lesson."""

    topic_code: str
    position: int
    title: str
    slides: tuple[Slide, ...]

    @property
    def seconds(self) -> int:
        return sum(slide.seconds for slide in self.slides)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Hours earned before today, for the story. post: None = the holder's only post, or all of them."""

    category: str
    hours: Fraction
    day: date
    title: str
    post: str | None


@dataclass(frozen=True, slots=True)
class DemoLicence:
    post: str
    issued_on: date | None
    region: str
    rule_set: str
    number: str


@dataclass(frozen=True, slots=True)
class DemoLearner:
    username: str
    name: str
    phone: str
    id_number: str
    org: str | None
    story: str
    licences: tuple[DemoLicence, ...]
    enrolled: tuple[str, ...]
    hours: tuple[Earlier, ...]


@dataclass(frozen=True, slots=True)
class Viewing:
    """A sitting of today: the first so many seconds of a topic's first lesson, begun so many minutes before the loading.

    hidden_from, hidden_until: seconds of the sitting in which the page was out of sight; what ran then is seen again.
    presence: what became of a check that was asked for: proved by another way, missed, or appealed with `words` after it
    was missed.
    """

    username: str
    topic: str
    seconds: int
    minutes_ago: int
    hidden_from: int = 0
    hidden_until: int = 0
    presence: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class DemoStaff:
    username: str
    role: str
    name: str
    phone: str
    org: str | None


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    id: str
    kind: str
    name: str
    credit_code: str  # empty for an authority
    region: str


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def topics() -> tuple[Topic, ...]:
    """Return all topics, the common ones first; the order within a post is the syllabus's."""
    syllabus = _read("syllabus")
    common = [Topic(t["code"], None, t["group"], t["title"], t["hours"]) for t in syllabus["common"]]
    professional = [
        Topic(f"{post}-{n:02d}", post, t["group"], t["title"], 2)
        for post, entries in syllabus["posts"].items()
        for n, t in enumerate(entries, start=1)
    ]
    return (*common, *professional)


def syllabus_year() -> int:
    return int(_read("syllabus")["year"])


def films() -> tuple[Film, ...]:
    return tuple(_films())


def _films() -> Iterator[Film]:
    for course in _read("lessons"):
        for position, lesson in enumerate(course["lessons"], start=1):
            each, rest = divmod(lesson["seconds"], len(lesson["slides"]))
            slides = tuple(
                Slide(heading, tuple(points), each + (1 if n < rest else 0))
                for n, (heading, points) in enumerate(lesson["slides"])
            )
            yield Film(course["topic"], position, lesson["title"], slides)


def english_slides(film: Film) -> tuple[Slide, ...]:
    """Return the slides of a film in English, with the same lengths; none for a film that has no captions."""
    for row in _read("captions"):
        if (row["topic"], row["position"]) == (film.topic_code, film.position):
            return tuple(
                Slide(heading, tuple(points), slide.seconds)
                for (heading, points), slide in zip(row["slides"], film.slides, strict=True)
            )
    return ()


def organisations() -> tuple[DemoOrganisation, ...]:
    return tuple(DemoOrganisation(**{"credit_code": "", **row}) for row in _read("organisations"))


def staff() -> tuple[DemoStaff, ...]:
    return tuple(DemoStaff(**{"org": None, **row}) for row in _read("people")["staff"])


def learners(today: date) -> tuple[DemoLearner, ...]:
    """Return the learners with every day worked out from `today`."""
    return tuple(_learner(row, today) for row in _read("people")["learners"])


def viewings() -> tuple[Viewing, ...]:
    return tuple(Viewing(**row) for row in _read("people")["watched"])


def _learner(row: dict[str, Any], today: date) -> DemoLearner:
    return DemoLearner(
        username=row["username"],
        name=row["name"],
        phone=row["phone"],
        id_number=row["id_number"],
        org=row.get("org"),
        story=row["story"],
        licences=tuple(
            DemoLicence(
                post=licence["post"],
                issued_on=_day(licence["issued"], today),
                region=licence["region"],
                rule_set=licence["rule_set"],
                number=licence.get("number", ""),
            )
            for licence in row["licences"]
        ),
        enrolled=tuple(row.get("enrolled", ())),
        hours=tuple(
            Earlier(category, Fraction(str(hours)), today - timedelta(days=ago), title, post[0] if post else None)
            for category, hours, ago, title, *post in row.get("hours", ())
        ),
    )


def _day(value: int | date | None, today: date) -> date | None:
    return today - timedelta(days=value) if isinstance(value, int) else value
