"""Whether a statement is one: the rules of xAPI 1.0.3 (Data 2) and 2.0 (IEEE 9274.1.1 §4.2) that one statement can break."""

from typing import Final

from analytics.xapi.domain import formats
from analytics.xapi.domain.shapes import (
    IRI,
    LANGUAGE,
    NUMBER,
    TEXT,
    TRUTH,
    UUID,
    Refused,
    check_actor,
    check_authority,
    check_each,
    check_extensions,
    check_language_map,
    check_object,
    is_count,
    refuse,
)
from analytics.xapi.domain.strict_json import Json, JsonObject

__all__ = ["FIRST", "SECOND", "VOIDED", "Refused", "check_activity", "check_statement"]

FIRST: Final = 1  # xAPI 1.0.x
SECOND: Final = 2  # xAPI 2.0.x
VOIDED = "http://adlnet.gov/expapi/verbs/voided"

_SUB_KEYS = frozenset({"objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"})
_KEYS = (_SUB_KEYS - {"objectType"}) | {"id", "stored", "authority", "version"}
_RESULT_KEYS = frozenset({"score", "success", "completion", "response", "duration", "extensions"})
_SCORE_KEYS = frozenset({"scaled", "raw", "min", "max"})
_CONTEXT_KEYS = frozenset(
    [
        "registration",
        "instructor",
        "team",
        "contextActivities",
        "revision",
        "platform",
        "language",
        "statement",
        "extensions",
    ]
)
_CONTEXT_KEYS_2 = _CONTEXT_KEYS | {"contextAgents", "contextGroups"}
_CONTEXT_ACTIVITIES = frozenset({"parent", "grouping", "category", "other"})
_ATTACHMENT_KEYS = frozenset({"usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"})
_COMPONENTS = {
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
_ALL_COMPONENTS = frozenset({"choices", "scale", "source", "target", "steps"})
_DEFINITION_KEYS = _ALL_COMPONENTS | set(
    ["name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern"]
)


def check_statement(value: Json, *, version: int, where: str = "statement") -> JsonObject:
    """Return the value if it is a statement that version FIRST or SECOND of xAPI allows. Raises Refused."""
    statement = check_object(value, where, _KEYS, ("actor", "verb", "object"))
    check_each(statement, where, {"id": UUID})
    if "version" in statement and not _is_version(statement["version"], version):
        refuse(f"{where}.version", "must be a version of xAPI that this request may use")
    if "authority" in statement:
        check_authority(statement["authority"], f"{where}.authority")
    if "stored" in statement:
        _check_time(statement["stored"], f"{where}.stored", version)
    _check_core(statement, where, version, inside=False)
    return statement


def check_activity(value: Json, where: str) -> None:
    """Refuse what is no activity."""
    activity = check_object(value, where, {"objectType", "id", "definition"}, ("id",))
    if activity.get("objectType", "Activity") != "Activity":
        refuse(f"{where}.objectType", "must be Activity")
    check_each(activity, where, {"id": IRI})
    if "definition" in activity:
        _check_definition(activity["definition"], f"{where}.definition")


def _is_version(value: Json, version: int) -> bool:
    if not isinstance(value, str):
        return False
    major, *rest = value.split(".")
    known = major == "1" or (major == "2" and version == SECOND)
    return known and rest[:1] == ["0"] and len(rest) <= 2 and all(part.isdecimal() for part in rest)  # noqa: PLR2004 — 1.0 or 1.0.x


def _check_core(statement: JsonObject, where: str, version: int, *, inside: bool) -> None:
    check_actor(statement["actor"], f"{where}.actor")
    verb = check_object(statement["verb"], f"{where}.verb", {"id", "display"}, ("id",))
    check_each(verb, f"{where}.verb", {"id": IRI})
    if "display" in verb:
        check_language_map(verb["display"], f"{where}.verb.display")
    kind = _check_thing(statement["object"], f"{where}.object", version, inside=inside)
    if verb["id"] == VOIDED and kind != "StatementRef":
        refuse(f"{where}.object", "what is voided must be named by a StatementRef")
    if "result" in statement:
        _check_result(statement["result"], f"{where}.result")
    if "context" in statement:
        _check_context(statement["context"], f"{where}.context", kind, version)
    if "timestamp" in statement:
        _check_time(statement["timestamp"], f"{where}.timestamp", version)
    if "attachments" in statement:
        _check_attachments(statement["attachments"], f"{where}.attachments")


def _check_thing(value: Json, where: str, version: int, *, inside: bool) -> str:
    if not isinstance(value, dict):
        refuse(where, "must be an object")
    kind = value.get("objectType", "Activity")
    match kind:
        case "Activity":
            check_activity(value, where)
        case "Agent" | "Group":
            check_actor(value, where)
        case "StatementRef":
            _check_reference(value, where)
        case "SubStatement" if not inside:
            check_object(value, where, _SUB_KEYS, ("actor", "verb", "object"))
            _check_core(value, where, version, inside=True)
        case _:
            refuse(f"{where}.objectType", "is none of those that may stand here")
    return str(kind)


def _check_reference(value: Json, where: str) -> None:
    reference = check_object(value, where, {"objectType", "id"}, ("objectType", "id"))
    if reference["objectType"] != "StatementRef":
        refuse(f"{where}.objectType", "must be StatementRef")
    check_each(reference, where, {"id": UUID})


def _check_definition(value: Json, where: str) -> None:
    definition = check_object(value, where, _DEFINITION_KEYS)
    for key in ("name", "description"):
        if key in definition:
            check_language_map(definition[key], f"{where}.{key}")
    check_each(definition, where, {"type": IRI, "moreInfo": IRI})
    if "extensions" in definition:
        check_extensions(definition["extensions"], f"{where}.extensions")
    components = _ALL_COMPONENTS & definition.keys()
    if "interactionType" not in definition:
        if components or "correctResponsesPattern" in definition:
            refuse(where, "lacks 'interactionType'")
        return
    kind = definition["interactionType"]
    if not isinstance(kind, str) or kind not in _COMPONENTS:
        refuse(f"{where}.interactionType", f"must be one of {', '.join(_COMPONENTS)}")
    if components - set(_COMPONENTS[kind]):
        refuse(where, f"has components that an interaction of the type {kind} has not")
    pattern = definition.get("correctResponsesPattern", [])
    if not isinstance(pattern, list) or not all(isinstance(each, str) for each in pattern):
        refuse(f"{where}.correctResponsesPattern", "must be an array of strings")
    for key in components:
        _check_components(definition[key], f"{where}.{key}")


def _check_components(value: Json, where: str) -> None:
    if not isinstance(value, list):
        refuse(where, "must be an array of interaction components")
    for index, each in enumerate(value):
        component = check_object(each, f"{where}[{index}]", {"id", "description"}, ("id",))
        check_each(component, f"{where}[{index}]", {"id": TEXT})
        if "description" in component:
            check_language_map(component["description"], f"{where}[{index}].description")
    if len({each["id"] for each in value}) != len(value):
        refuse(where, "has an id twice")


def _check_result(value: Json, where: str) -> None:
    result = check_object(value, where, _RESULT_KEYS)
    check_each(
        result,
        where,
        {
            "success": TRUTH,
            "completion": TRUTH,
            "response": TEXT,
            "duration": (formats.is_duration, "a duration of ISO 8601"),
        },
    )
    if "extensions" in result:
        check_extensions(result["extensions"], f"{where}.extensions")
    if "score" in result:
        _check_score(result["score"], f"{where}.score")


def _check_score(value: Json, where: str) -> None:
    score = check_object(value, where, _SCORE_KEYS)
    check_each(score, where, dict.fromkeys(_SCORE_KEYS, NUMBER))
    if not -1 <= score.get("scaled", 0) <= 1:
        refuse(f"{where}.scaled", "must be between -1 and 1")
    least, most, raw = score.get("min"), score.get("max"), score.get("raw")
    if least is not None and most is not None and least >= most:
        refuse(f"{where}.min", "must be less than max")
    if raw is not None and ((least is not None and raw < least) or (most is not None and raw > most)):
        refuse(f"{where}.raw", "must be between min and max")


def _check_context(value: Json, where: str, kind: str, version: int) -> None:
    context = check_object(value, where, _CONTEXT_KEYS if version == FIRST else _CONTEXT_KEYS_2)
    check_each(context, where, {"registration": UUID, "revision": TEXT, "platform": TEXT, "language": LANGUAGE})
    for key in ("revision", "platform"):
        if key in context and kind != "Activity":
            refuse(f"{where}.{key}", "may only stand where the object is an activity")
    if "instructor" in context:
        check_actor(context["instructor"], f"{where}.instructor")
    if "team" in context:
        check_actor(context["team"], f"{where}.team", only="Group")
    if "statement" in context:
        _check_reference(context["statement"], f"{where}.statement")
    if "extensions" in context:
        check_extensions(context["extensions"], f"{where}.extensions")
    if "contextActivities" in context:
        _check_context_activities(context["contextActivities"], f"{where}.contextActivities")
    for key, one in (("contextAgents", "agent"), ("contextGroups", "group")):
        if key in context:
            _check_context_actors(context[key], f"{where}.{key}", one)


def _check_context_activities(value: Json, where: str) -> None:
    for key, activities in check_object(value, where, _CONTEXT_ACTIVITIES).items():
        for index, activity in enumerate(activities if isinstance(activities, list) else [activities]):
            check_activity(activity, f"{where}.{key}[{index}]")


def _check_context_actors(value: Json, where: str, one: str) -> None:
    if not isinstance(value, list):
        refuse(where, "must be an array")
    for index, each in enumerate(value):
        place = f"{where}[{index}]"
        found = check_object(each, place, {"objectType", one, "relevantTypes"}, ("objectType", one))
        if found["objectType"] != f"context{one.title()}":
            refuse(f"{place}.objectType", f"must be context{one.title()}")
        check_actor(found[one], f"{place}.{one}", only=one.title())
        types = found.get("relevantTypes", ["urn:none"])
        if not isinstance(types, list) or not types or not all(formats.is_iri(each) for each in types):
            refuse(f"{place}.relevantTypes", "must be an array of at least one IRI")


def _check_attachments(value: Json, where: str) -> None:
    if not isinstance(value, list):
        refuse(where, "must be an array")
    for index, each in enumerate(value):
        place = f"{where}[{index}]"
        attachment = check_object(
            each, place, _ATTACHMENT_KEYS, ("usageType", "display", "contentType", "length", "sha2")
        )
        check_each(
            attachment,
            place,
            {
                "usageType": IRI,
                "contentType": (formats.is_media_type, "a media type"),
                "length": (is_count, "a whole number of bytes"),
                "sha2": (formats.is_sha2, "a hash of the SHA-2 family in hexadecimal digits"),
                "fileUrl": IRI,
            },
        )
        check_language_map(attachment["display"], f"{place}.display")
        if "description" in attachment:
            check_language_map(attachment["description"], f"{place}.description")


def _check_time(value: Json, where: str, version: int) -> None:
    if formats.timestamp(value, strict=version == SECOND) is None:
        refuse(where, "must be a date and time of ISO 8601" if version == FIRST else "must be a timestamp of RFC 3339")
