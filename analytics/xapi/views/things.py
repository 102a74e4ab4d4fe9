"""The resources that tell of things: activities, agents, and the store itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from analytics.xapi import actions, protocol, queries
from analytics.xapi.domain import scopes
from analytics.xapi.domain.mentions import agent_key, iri_key
from analytics.xapi.domain.shapes import IDENTIFIERS
from analytics.xapi.domain.statement import SECOND
from analytics.xapi.domain.strict_json import JsonObject
from analytics.xapi.protocol import Call
from analytics.xapi.views.door import Visit, open_to_all, resource

FIRST_VERSIONS = ("1.0.0", "1.0.1", "1.0.2", "1.0.3")
SECOND_VERSIONS = ("2.0.0",)


def get_activity(visit: Visit) -> HttpResponse:
    """Tell an activity with what is known of it; of an unknown one its id."""
    visit.need(_may_look(visit), scopes.READ)
    protocol.only(visit.call, required=("activityId",))
    iri = protocol.iri_param(visit.call, "activityId") or ""
    activity: JsonObject = {"objectType": "Activity", "id": iri}
    if definition := queries.definitions([iri_key(iri)]).get(iri):
        activity["definition"] = definition
    return JsonResponse(activity, json_dumps_params={"ensure_ascii": False})


def get_agent(visit: Visit) -> HttpResponse:
    """Tell a person: the identifier that was asked for, and the names that go with it, as far as the client may know them."""
    visit.need(_may_look(visit), scopes.READ)
    protocol.only(visit.call, required=("agent",))
    agent = protocol.agent_param(visit.call, "agent") or {}
    key, may_all = (
        agent_key(agent),
        scopes.may_learn_names(visit.client.scopes) and scopes.may_read(visit.client.scopes),
    )
    names = [agent["name"]] if "name" in agent else []
    if key is not None:
        names += queries.words_for_agent(key, client_id=visit.client.id)
        if may_all and (others := set(queries.words_for_agent(key, client_id=None)) - set(names)):
            # Before the answer leaves: what was not recorded was not told.
            actions.note_person(client_id=visit.client.id, agent=key, names=len(others), at=timezone.now())
            names += sorted(others)
    person: JsonObject = {"objectType": "Person"}
    if names:
        person["name"] = list(dict.fromkeys(names))
    person |= {name: [agent[name]] for name in IDENTIFIERS if name in agent}
    return JsonResponse(person, json_dumps_params={"ensure_ascii": False})


@open_to_all
def about(request: HttpRequest) -> HttpResponse:
    """Tell which versions are spoken. Who speaks 1.0.x is told of those alone, as 1.0.3 asks."""
    call = Call("GET", {}, {name.lower(): value for name, value in request.headers.items()}, b"")
    said = call.headers.get("x-experience-api-version", "")
    versions = [*FIRST_VERSIONS, *(() if said.startswith("1.") else SECOND_VERSIONS)]
    if protocol.version_hint(call) == SECOND:
        versions.reverse()
    site = settings.SITE_URL.rstrip("/")
    return JsonResponse({"version": versions, "extensions": {f"{site}/xapi/extensions/log": f"{site}/log/checkpoint"}})


def _may_look(visit: Visit) -> bool:
    touches = (scopes.may_touch(visit.client.scopes, scope, write=False) for scope in (scopes.STATE, scopes.PROFILE))
    return scopes.may_read_mine(visit.client.scopes) or any(touches)


activities = resource({"GET": get_activity})
agents = resource({"GET": get_agent})
