"""Who and what a statement mentions, as keys of 16 bytes by which it is found again.

An agent is known by its identifier alone, an activity and a verb by their IRI; so the keys tell nothing to who does not
know whom to look for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from analytics.xapi.domain.strict_json import JsonObject, dumps


class Role(IntEnum):
    """How a statement mentions somebody or something. What is asked for by `agent` or `activity` comes first."""

    ACTOR = 1  # actor or object, or a member of a group that is
    OBJECT = 2  # the activity that it is about
    RELATED_AGENT = 3  # authority, instructor, team, context agents, and those of the sub-statement
    RELATED_ACTIVITY = 4  # context activities, and those of the sub-statement


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that a statement mentions."""

    role: Role
    key: UUID


def agent_key(agent: JsonObject) -> UUID | None:
    """Return the key of an agent or a group; None for a group without an identifier.

    Addresses are compared as they are written but for the case of their domain; hashes without regard to case.
    """
    if "mbox" in agent:
        return _key("mbox", _address(agent["mbox"]))
    if "mbox_sha1sum" in agent:
        return _key("mbox_sha1sum", agent["mbox_sha1sum"].lower())
    if "openid" in agent:
        return _key("openid", agent["openid"])
    if "account" in agent:
        return _key("account", dumps([agent["account"]["homePage"], agent["account"]["name"]]))
    return None


def iri_key(iri: str) -> UUID:
    """Return the key of an activity or a verb."""
    return _key("iri", iri)


def document_key(*parts: str) -> UUID:
    """Return the key of a document: what it is stored under, part by part."""
    return _key("document", dumps(list(parts)))


def mentions(statement: JsonObject) -> frozenset[Mention]:
    """Return what a checked statement mentions."""
    found = set(_of_actor(statement["actor"], Role.ACTOR))
    thing = statement["object"]
    match thing.get("objectType", "Activity"):
        case "Agent" | "Group":
            found |= set(_of_actor(thing, Role.ACTOR))
        case "Activity":
            found.add(Mention(Role.OBJECT, iri_key(thing["id"])))
        case "SubStatement":
            found |= {_related(each) for each in mentions(thing)}
    found |= set(_of_context(statement.get("context", {})))
    if "authority" in statement:
        found |= set(_of_actor(statement["authority"], Role.RELATED_AGENT))
    return frozenset(found)


def _related(mention: Mention) -> Mention:
    roles = {Role.ACTOR: Role.RELATED_AGENT, Role.OBJECT: Role.RELATED_ACTIVITY}
    return Mention(roles.get(mention.role, mention.role), mention.key)


def _of_context(context: JsonObject) -> Iterator[Mention]:
    for key in ("instructor", "team"):
        if key in context:
            yield from _of_actor(context[key], Role.RELATED_AGENT)
    for key, one in (("contextAgents", "agent"), ("contextGroups", "group")):
        for each in context.get(key, ()):
            yield from _of_actor(each[one], Role.RELATED_AGENT)
    for activities in context.get("contextActivities", {}).values():
        for activity in activities if isinstance(activities, list) else [activities]:
            yield Mention(Role.RELATED_ACTIVITY, iri_key(activity["id"]))


def _of_actor(actor: JsonObject, role: Role) -> Iterator[Mention]:
    for each in (actor, *actor.get("member", ())):
        key = agent_key(each)
        if key is not None:
            yield Mention(role, key)


def _address(mbox: str) -> str:
    local, _, domain = mbox.rpartition("@")
    return f"{local}@{domain.lower()}"


@lru_cache(maxsize=4096)  # verbs, activities and clients come again and again
def _key(kind: str, text: str) -> UUID:
    return UUID(bytes=sha256(f"{kind}\n{text}".encode()).digest()[:16])
