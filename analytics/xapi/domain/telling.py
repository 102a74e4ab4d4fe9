"""How a statement is told: exactly as it came, by identifiers alone, in one language, or without persons' names."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha1, sha256

from analytics.xapi.domain.mentions import agent_key
from analytics.xapi.domain.shapes import IDENTIFIERS
from analytics.xapi.domain.strict_json import JsonObject

Change = Callable[[JsonObject], JsonObject]


def as_ids(statement: JsonObject) -> JsonObject:
    """Return the statement with no more of agents, activities and verbs than identifies them (format=ids)."""
    return _changed(statement, agent=_only_identifier, activity=_only_id, verb=lambda verb: {"id": verb["id"]})


def as_canonical(statement: JsonObject, definitions: Mapping[str, JsonObject], languages: Sequence[str]) -> JsonObject:
    """Return the statement with the definitions that the store knows, in one language each (format=canonical).

    definitions: by the IRI of the activity. languages: as asked for, best first; without a match the first there is.
    """

    def defined(activity: JsonObject) -> JsonObject:
        definition = definitions.get(activity["id"], activity.get("definition"))
        return activity if definition is None else activity | {"definition": in_one_language(definition, languages)}

    def spoken(verb: JsonObject) -> JsonObject:
        return verb | {"display": _one_of(verb["display"], languages)} if "display" in verb else verb

    return _changed(statement, agent=dict, activity=defined, verb=spoken)


def without_names(statement: JsonObject) -> JsonObject:
    """Return the statement with its persons known by pseudonyms: no name, no address, no OpenID.

    An address becomes its SHA-1, as xAPI foresees; an OpenID an account that its hash names. Accounts stay. Extensions,
    responses and texts stay: what a program writes there is its own.
    """
    return _changed(statement, agent=_pseudonym, activity=dict, verb=dict)


def named(statement: JsonObject, names: Mapping[str, str], home_page: str) -> JsonObject:
    """Return the statement with the names of the house's own accounts. names: account name → name of the person."""

    def with_name(agent: JsonObject) -> JsonObject:
        account = agent.get("account", {})
        known = names.get(account.get("name", "")) if account.get("homePage") == home_page else None
        return agent | {"name": known} if known else agent

    return _changed(statement, agent=with_name, activity=dict, verb=dict)


def merged_definition(known: JsonObject, new: JsonObject) -> JsonObject:
    """Return an activity's definition after another statement defined it: language maps grow, other values are replaced."""
    merged = known | new
    for key in ("name", "description"):
        if key in known and key in new:
            merged[key] = known[key] | new[key]
    return merged


def in_one_language(definition: JsonObject, languages: Sequence[str]) -> JsonObject:
    """Return a definition whose language maps have one entry each."""
    told = dict(definition)
    for key in ("name", "description"):
        if key in told:
            told[key] = _one_of(told[key], languages)
    for key in ("choices", "scale", "source", "target", "steps"):
        if key in told:
            told[key] = [
                each | {"description": _one_of(each["description"], languages)} if "description" in each else each
                for each in told[key]
            ]
    return told


def with_arrays(statement: JsonObject) -> JsonObject:
    """Return the statement with every context activity in an array, as a store must tell them."""
    told = dict(statement)
    if told["object"].get("objectType") == "SubStatement":
        told["object"] = with_arrays(told["object"])
    activities = told.get("context", {}).get("contextActivities")
    if activities is not None:
        arrays = {key: value if isinstance(value, list) else [value] for key, value in activities.items()}
        told["context"] = told["context"] | {"contextActivities": arrays}
    return told


def same(one: JsonObject, other: JsonObject) -> bool:
    """Say whether two statements are one (Data 2.3.1): whatever a store adds, how things are described, order of members."""
    return _essence(one) == _essence(other)


_SECONDS = re.compile(r"(\d+)[.,](\d+)S$")
_ADDED = ("id", "stored", "timestamp", "authority", "version", "attachments")


def _essence(statement: JsonObject) -> JsonObject:
    told = as_ids(with_arrays(statement))
    bare = {key: value for key, value in told.items() if key not in _ADDED}
    bare["actor"] = _sorted_members(bare["actor"])
    if "duration" in bare.get("result", {}):
        bare["result"] = bare["result"] | {"duration": _to_hundredths(bare["result"]["duration"])}
    context = bare.get("context", {})
    if "contextActivities" in context:
        ordered = {
            key: sorted(each["id"] for each in activities) for key, activities in context["contextActivities"].items()
        }
        bare["context"] = context | {"contextActivities": ordered}
    thing = bare["object"]
    match thing.get("objectType", "Activity"):
        case "SubStatement":
            bare["object"] = _essence(thing)
        case "Activity":
            bare["object"] = {"objectType": "Activity", "id": thing["id"]}
        case "Agent" | "Group":
            bare["object"] = _sorted_members(thing)
        case "StatementRef":
            bare["object"] = thing | {"id": thing["id"].lower()}
    return bare


def _to_hundredths(duration: str) -> str:
    """Return a duration without what comparing leaves out: less than 0.01 second (Data 4.6), zeros at the end."""

    def seconds(found: re.Match[str]) -> str:
        fraction = found[2][:2].rstrip("0")
        return f"{found[1]}.{fraction}S" if fraction else f"{found[1]}S"

    return _SECONDS.sub(seconds, duration)


def _sorted_members(actor: JsonObject) -> JsonObject:
    members = sorted(str(agent_key(each)) for each in actor.get("member", ()))
    return {"objectType": actor.get("objectType", "Agent"), "key": str(agent_key(actor)), "member": members}


def _changed(statement: JsonObject, *, agent: Change, activity: Change, verb: Change) -> JsonObject:
    def actor(value: JsonObject) -> JsonObject:
        told = agent(value)
        return told | {"member": [agent(each) for each in told["member"]]} if "member" in told else told

    told = dict(statement)
    told["actor"] = actor(told["actor"])
    told["verb"] = verb(told["verb"])
    if "authority" in told:
        told["authority"] = actor(told["authority"])
    match told["object"].get("objectType", "Activity"):
        case "Activity":
            told["object"] = activity(told["object"])
        case "Agent" | "Group":
            told["object"] = actor(told["object"])
        case "SubStatement":
            told["object"] = _changed(told["object"], agent=agent, activity=activity, verb=verb)
    if "context" in told:
        told["context"] = _changed_context(told["context"], actor, activity)
    return told


def _changed_context(context: JsonObject, actor: Change, activity: Change) -> JsonObject:
    told = dict(context)
    for key in ("instructor", "team"):
        if key in told:
            told[key] = actor(told[key])
    for key, one in (("contextAgents", "agent"), ("contextGroups", "group")):
        if key in told:
            told[key] = [each | {one: actor(each[one])} for each in told[key]]
    if "contextActivities" in told:
        told["contextActivities"] = {
            key: [activity(each) for each in activities] if isinstance(activities, list) else activity(activities)
            for key, activities in told["contextActivities"].items()
        }
    return told


def _only_identifier(agent: JsonObject) -> JsonObject:
    kept = {"objectType", *IDENTIFIERS}
    told = {key: value for key, value in agent.items() if key in kept}
    return told if any(key in told for key in IDENTIFIERS) else told | {"member": agent.get("member", [])}


def _only_id(activity: JsonObject) -> JsonObject:
    return {"id": activity["id"]}


def _pseudonym(agent: JsonObject) -> JsonObject:
    told = {key: value for key, value in agent.items() if key not in ("name", "mbox", "openid")}
    if "mbox" in agent:
        told["mbox_sha1sum"] = sha1(agent["mbox"].encode(), usedforsecurity=False).hexdigest()
    if "openid" in agent:
        told["account"] = {"homePage": "urn:openid", "name": sha256(agent["openid"].encode()).hexdigest()}
    return told


def _one_of(texts: JsonObject, languages: Sequence[str]) -> JsonObject:
    by_lower = {tag.lower(): tag for tag in texts}
    for wanted in languages:
        parts = wanted.lower().split("-")
        for length in range(len(parts), 0, -1):
            prefix = "-".join(parts[:length])
            tag = by_lower.get(prefix) or next(
                (by_lower[each] for each in by_lower if each.startswith(prefix + "-")), None
            )
            if tag is not None:
                return {tag: texts[tag]}
    return dict(list(texts.items())[:1])
