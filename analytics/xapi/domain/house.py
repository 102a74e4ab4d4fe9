"""The house's own records as statements: which kinds are told, and in which words. Persons are account numbers, never names.

Watching follows the xAPI Video Profile 1.0 (https://w3id.org/xapi/video). The statement's id is the record's uuid, so that
telling a record twice tells one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from analytics.domain.record import Payload, utc_text
from analytics.xapi.domain.formats import is_duration
from analytics.xapi.domain.strict_json import JsonObject

VIDEO: Final = "https://w3id.org/xapi/video"
WATCHED: Final = "player.span_watched"
CLOSED: Final = "player.session_closed"
_ADL: Final = "http://adlnet.gov/expapi"
_VERBS: Final = {
    "initialized": (f"{_ADL}/verbs/initialized", "打开", "initialized"),
    "paused": (f"{VIDEO}/verbs/paused", "观看", "paused"),
    "terminated": (f"{_ADL}/verbs/terminated", "结束", "terminated"),
    "registered": (f"{_ADL}/verbs/registered", "报名", "registered"),
    "earned": ("http://id.tincanapi.com/verb/earned", "获得", "earned"),
    "retracted": ("http://activitystrea.ms/schema/1.0/retract", "冲回", "retracted"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a record. watched: of a session that ends, what counted in it, [start_ms, end_ms), as it came."""

    uuid: UUID
    kind: str
    learner_id: int
    subject: str
    happened_at: datetime
    payload: Mapping[str, Payload]
    watched: Sequence[Payload] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """Under which address the house speaks: `url` without a slash at its end."""

    url: str

    def account(self, name: str) -> JsonObject:
        """Return the agent that one of our accounts is."""
        return {"objectType": "Agent", "account": {"homePage": self.url, "name": name}}

    @property
    def authority(self) -> JsonObject:
        """The house itself, which vouches for its records."""
        return {"objectType": "Agent", "account": {"homePage": f"{self.url}/xapi", "name": "house"}}

    def extension(self, name: str) -> str:
        """Return the IRI of an extension of our own."""
        return f"{self.url}/xapi/extensions/{name}"


def account_name(learner_id: int) -> str:
    """Return the name of a person's account in statements."""
    return f"person-{learner_id}"


def learner_of(name: str) -> int | None:
    """Return the person whom an account name means, or None."""
    kind, _, number = name.partition("-")
    return int(number) if kind == "person" and number.isascii() and number.isdecimal() else None


def statement_of(told: Told, site: Site, *, stored: datetime) -> JsonObject | None:
    """Return the statement that tells a record, complete as it is stored; None for a kind that is not told."""
    maker = _MAKERS.get(told.kind)
    if maker is None:
        return None
    verb, thing, more = maker(told, site)
    iri, zh, en = _VERBS[verb]
    return {
        "id": str(told.uuid),
        "actor": site.account(account_name(told.learner_id)),
        "verb": {"id": iri, "display": {"zh-CN": zh, "en": en}},
        "object": thing,
        **more,
        "timestamp": utc_text(told.happened_at),
        "stored": utc_text(stored),
        "authority": site.authority,
        "version": "1.0.0",
    }


_Made = tuple[str, JsonObject, JsonObject]


def _opened(told: Told, site: Site) -> _Made:
    return "initialized", _video(told, site), {"context": _watching(told, site, {})}


def _watched(told: Told, site: Site) -> _Made:
    spans = _pairs(told.payload["spans"])
    result = {
        "duration": f"PT{_text(_seconds(told.payload['counted_ms']))}S",
        "extensions": _played(told, spans, time_ms=max((end for _, end in spans), default=0)),
    }
    extensions = {
        site.extension("wall-from"): told.payload["wall_from"],
        site.extension("wall-until"): told.payload["wall_until"],
    }
    return "paused", _video(told, site), {"result": result, "context": _watching(told, site, extensions)}


def _closed(told: Told, site: Site) -> _Made:
    spans = _pairs(told.watched)
    result = {"extensions": _played(told, spans, time_ms=spans[-1][1] if spans else 0)}
    extensions = {site.extension("reason"): told.payload["reason"]}
    return "terminated", _video(told, site), {"result": result, "context": _watching(told, site, extensions)}


def _played(told: Told, spans: Sequence[tuple[int, int]], *, time_ms: int) -> JsonObject:
    """Where the learner stands, and what was played; how far through the whole, in records that say so."""
    segments: list[tuple[int, int]] = []
    for start, end in spans:
        if segments and segments[-1][1] == start:
            segments[-1] = (segments[-1][0], end)
        else:
            segments.append((start, end))
    told_so = {
        f"{VIDEO}/extensions/time": _seconds(time_ms),
        f"{VIDEO}/extensions/played-segments": "[,]".join(
            f"{_text(_seconds(start))}[.]{_text(_seconds(end))}" for start, end in segments
        ),
    }
    length, covered = told.payload.get("length_ms"), told.payload.get("covered_ms")
    if isinstance(length, int) and isinstance(covered, int) and length > 0:
        told_so[f"{VIDEO}/extensions/progress"] = min(1.0, round(covered / length, 4))
    return told_so


def _enrolled(told: Told, site: Site) -> _Made:
    course = {
        "objectType": "Activity",
        "id": f"{site.url}/xapi/activities/editions/{told.payload['edition_uuid']}",
        "definition": {"type": f"{_ADL}/activities/course", "name": {"zh-CN": told.payload["course_title"]}},
    }
    return "registered", course, {"context": _context(told, site, {})}


def _credited(told: Told, site: Site) -> _Made:
    return "earned", _hours(told, site), _credit(told, site)


def _reversed(told: Told, site: Site) -> _Made:
    return "retracted", _hours(told, site), _credit(told, site)


def _hours(told: Told, site: Site) -> JsonObject:
    return {
        "objectType": "Activity",
        "id": f"{site.url}/xapi/activities/hours/{told.payload['category']}",
        "definition": {"type": "http://id.tincanapi.com/activitytype/school-assignment"},
    }


def _credit(told: Told, site: Site) -> JsonObject:
    seconds = told.payload["seconds"]
    extensions = {site.extension("activity-day"): told.payload["activity_day"]}
    result: JsonObject = {"extensions": {site.extension("seconds"): seconds}}
    if (text := f"PT{seconds}S") and is_duration(text):  # a reversal is negative, which no duration is
        result["duration"] = text
    return {"result": result, "context": _context(told, site, extensions)}


def _video(told: Told, site: Site) -> JsonObject:
    return {
        "objectType": "Activity",
        "id": f"{site.url}/xapi/activities/lessons/{told.subject}",
        "definition": {"type": f"{VIDEO}/activity-type/video"},
    }


def _watching(told: Told, site: Site, extensions: JsonObject) -> JsonObject:
    known: JsonObject = {f"{VIDEO}/extensions/session-id": told.payload["session_uuid"]}
    if "length_ms" in told.payload:
        known[f"{VIDEO}/extensions/length"] = _seconds(told.payload["length_ms"])
    context = _context(told, site, known | extensions)
    return context | {"contextActivities": {"category": [{"objectType": "Activity", "id": VIDEO}]}}


def _context(told: Told, site: Site, extensions: JsonObject) -> JsonObject:
    return {"language": "zh-CN", "extensions": {site.extension("log-kind"): told.kind, **extensions}}


def _pairs(spans: Payload) -> Sequence[tuple[int, int]]:
    pairs = [each for each in spans if isinstance(each, list)] if isinstance(spans, Sequence) else []
    return [(start, end) for start, end in pairs if isinstance(start, int) and isinstance(end, int)]


def _seconds(milliseconds: Payload) -> float:
    return milliseconds / 1000 if isinstance(milliseconds, int) else 0.0


def _text(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".")


_MAKERS: Final[Mapping[str, Callable[[Told, Site], _Made]]] = {
    "player.session_opened": _opened,
    WATCHED: _watched,
    CLOSED: _closed,
    "enrolment.learner_enrolled": _enrolled,
    "credit.hours_awarded": _credited,
    "credit.hours_reversed": _reversed,
}
KINDS: Final = tuple(_MAKERS)
