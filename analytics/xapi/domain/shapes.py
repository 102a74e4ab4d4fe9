"""The small pieces that statements are made of, and how a piece of another shape is refused."""

from collections.abc import Callable, Mapping, Set
from typing import Any, NoReturn

from analytics.xapi.domain import formats
from analytics.xapi.domain.strict_json import Json, JsonObject

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_AGENT_KEYS = frozenset({"objectType", "name", *IDENTIFIERS})
_GROUP_KEYS = _AGENT_KEYS | {"member"}


class Refused(ValueError):
    """Something is not as the specification asks. The message names the place and says why, without repeating the value."""


def refuse(where: str, why: str) -> NoReturn:
    """Raise Refused."""
    raise Refused(f"{where}: {why}")


def check_object(value: Json, where: str, allowed: Set[str], required: tuple[str, ...] = ()) -> JsonObject:
    """Return the value if it is an object that has the required keys and no others than the allowed ones.

    Empty objects should not be sent, but nothing forbids them where no key is required (Data 2.2).
    """
    if not isinstance(value, dict):
        refuse(where, "must be an object")
    if not value.keys() <= allowed:
        refuse(where, f"has keys that xAPI does not know (allowed are {', '.join(sorted(allowed))})")
    for key in required:
        if key not in value:
            refuse(where, f"lacks {key!r}")
    return value


def check_each(value: JsonObject, where: str, rules: Mapping[str, tuple[Callable[[Any], bool], str]]) -> None:
    """Refuse the first key whose value does not pass its test. rules: key → (test, what it must be)."""
    for key, (passes, what) in rules.items():
        if key in value and not passes(value[key]):
            refuse(f"{where}.{key}", f"must be {what}")


def is_text(value: object) -> bool:
    """Say whether it is a text."""
    return isinstance(value, str)


def is_truth(value: object) -> bool:
    """Say whether it is true or false."""
    return isinstance(value, bool)


def is_number(value: object) -> bool:
    """Say whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_count(value: object) -> bool:
    """Say whether it is a whole number from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


IRI = (formats.is_iri, "an absolute IRI")
UUID = (formats.is_uuid, "a UUID")
TEXT = (is_text, "a string")
TRUTH = (is_truth, "a boolean")
NUMBER = (is_number, "a number")
LANGUAGE = (formats.is_language, "a language tag of RFC 5646")


def check_language_map(value: Json, where: str) -> None:
    """Refuse what is no object of language tags with a text each. It may be empty."""
    if not isinstance(value, dict):
        refuse(where, "must be a language map")
    for tag, text in value.items():
        if not formats.is_language(tag):
            refuse(where, "has a key that is no language tag of RFC 5646")
        if not isinstance(text, str):
            refuse(where, "has a value that is no string")


def check_extensions(value: Json, where: str) -> None:
    """Refuse what is no object with IRIs for keys. Everything is allowed inside, null as well."""
    if not isinstance(value, dict):
        refuse(where, "must be an object")
    if not all(formats.is_iri(key) for key in value):
        refuse(where, "has a key that is no absolute IRI")


def check_actor(value: Json, where: str, *, only: str = "") -> None:
    """Refuse what is neither an agent nor a group. only: "Agent" or "Group", where but one of them may stand."""
    kind = value.get("objectType", "Agent") if isinstance(value, dict) else ""
    if isinstance(value, dict) and kind not in ("Agent", "Group"):
        refuse(f"{where}.objectType", "must be Agent or Group")
    if only and isinstance(value, dict) and kind != only:
        refuse(where, f"must be of the objectType {only}")
    actor = check_object(value, where, _GROUP_KEYS if kind == "Group" else _AGENT_KEYS)
    check_each(
        actor,
        where,
        {
            "name": TEXT,
            "mbox": (formats.is_mailto, "mailto: with an address"),
            "mbox_sha1sum": (formats.is_sha1, "a SHA-1 in hexadecimal digits"),
            "openid": IRI,
        },
    )
    if "account" in actor:
        account = check_object(actor["account"], f"{where}.account", {"homePage", "name"}, ("homePage", "name"))
        check_each(account, f"{where}.account", {"homePage": IRI, "name": TEXT})
    identifiers = sum(key in actor for key in IDENTIFIERS)
    if identifiers > 1 or (kind == "Agent" and not identifiers):
        refuse(where, f"must have exactly one of {', '.join(IDENTIFIERS)}")
    if kind == "Group":
        _check_members(actor, where, named=identifiers == 1)


def _check_members(group: JsonObject, where: str, *, named: bool) -> None:
    if "member" not in group:
        if not named:
            refuse(where, "a group without an identifier must have members")
        return
    members = group["member"]
    if not isinstance(members, list) or not (members or named):
        refuse(f"{where}.member", "must be an array of agents")
    for index, member in enumerate(members):
        check_actor(member, f"{where}.member[{index}]", only="Agent")


def check_authority(value: Json, where: str) -> None:
    """Refuse what is no authority: an agent, or a nameless group of two agents of which one is an application (OAuth)."""
    check_actor(value, where)
    if value.get("objectType") == "Group":
        members = value.get("member", [])
        if any(key in value for key in IDENTIFIERS) or len(members) != 2:  # noqa: PLR2004 — the application and the person
            refuse(where, "a group must be anonymous and have two members")
        if not any("account" in member for member in members):
            refuse(where, "a group must hold an application, which has an account")
