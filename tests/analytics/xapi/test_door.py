"""The door: methods, versions, who may enter with which scope, the alternate syntax, and what everybody may know."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.analytics.xapi.conftest import MakeProgram, Program, a_statement
from tests.analytics.xapi.numbered import uuid4

FORM = "application/x-www-form-urlencoded"
AGENT = {"account": {"homePage": "http://www.example.com/1", "name": "Rick"}}
ACTIVITY = "http://www.example.com/activity"
STATE = {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"}
PROFILE = {"activityId": ACTIVITY, "profileId": "p"}
ASKS: dict[str, tuple[str, str, dict[str, Any], Any]] = {
    "write": ("POST", "statements", {}, a_statement()),
    "put": ("PUT", "statements", {"statementId": str(uuid4())}, a_statement(id=None)),
    "read": ("GET", "statements", {}, None),
    "state read": ("GET", "activities/state", STATE | {"stateId": "none"}, None),
    "state write": ("PUT", "activities/state", STATE, {"a": 1}),
    "state delete": ("DELETE", "activities/state", STATE, None),
    "profile read": ("GET", "activities/profile", PROFILE | {"profileId": "none"}, None),
    "profile write": ("POST", "activities/profile", PROFILE, {"a": 1}),
    "agent profile write": ("POST", "agents/profile", {"agent": AGENT, "profileId": "p"}, {"a": 1}),
    "activity": ("GET", "activities", {"activityId": ACTIVITY}, None),
    "agent": ("GET", "agents", {"agent": AGENT}, None),
}
OPEN: dict[str, set[str]] = {
    "statements/write": {"write", "put"},
    "statements/read/mine": {"read", "activity", "agent"},
    "statements/read": {"read", "activity", "agent"},
    "state": {"state read", "state write", "state delete", "activity", "agent"},
    "define": set(),
    "profile": {"profile read", "profile write", "agent profile write", "activity", "agent"},
    "all/read": {"read", "state read", "profile read", "activity", "agent"},
    "all": set(ASKS),
    "names": set(),
}


@pytest.mark.parametrize("scope", OPEN)
def test_each_scope_opens_its_doors_and_no_others(program: MakeProgram, scope: str) -> None:
    visitor = program(scope)
    refused = {name for name, ask in ASKS.items() if visitor.send(*ask).status_code == 403}
    assert refused == set(ASKS) - OPEN[scope]


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize("who", ["nobody", "wrong secret", "wrong key", "malformed", "not basic", "revoked"])
def test_strangers_get_nothing(lrs: Program, name: str, who: str) -> None:
    if who == "revoked":
        from django.utils import timezone

        from analytics.xapi.actions import revoke_client

        revoke_client(client_id=lrs.id, by=None, at=timezone.now())
    headers: dict[str, str | None] = {
        "nobody": None,
        "wrong secret": Program(lrs.key, "wrong").authorization,
        "wrong key": Program("RobCIsNot", lrs.secret).authorization,
        "malformed": lrs.authorization.replace(" ", ":"),
        "not basic": "Bearer " + lrs.secret,
        "revoked": lrs.authorization,
    }
    method, path, params, body = ASKS[name]
    answer = lrs.send(method, path, params, body, headers={"Authorization": headers[who]})
    assert answer.status_code == 401 and answer["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize("version", [None, "0.9", "0.95", "1.1.0", "2.1", "should fail", "1.0.x", ""])
def test_who_speaks_no_version_that_is_spoken_here_is_refused(lrs: Program, name: str, version: str | None) -> None:
    method, path, params, body = ASKS[name]
    answer = lrs.send(method, path, params, body, headers={"X-Experience-API-Version": version, "Authorization": None})
    assert answer.status_code == 400 and answer["X-Experience-API-Version"] in ("1.0.3", "2.0.0")


@pytest.mark.parametrize("spoken", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize("name", ASKS)
def test_who_does_not_say_their_version_is_answered_in_the_one_they_last_stored_in(
    program: MakeProgram, spoken: str, name: str
) -> None:
    silent: dict[str, str | None] = {"X-Experience-API-Version": None}
    one, (method, path, params, body) = program("all", version=spoken), ASKS[name]
    answer = one.send(method, path, params, body, headers=silent)
    assert (answer.status_code, answer["X-Experience-API-Version"]) == (400, "1.0.3")
    one.post(a_statement())
    answer = one.send(method, path, params, body, headers=silent)
    assert (answer.status_code, answer["X-Experience-API-Version"]) == (400, spoken)
    answer = one.send(method, path, params, body, headers=silent | {"Authorization": None})
    assert (answer.status_code, answer["X-Experience-API-Version"]) == (400, "1.0.3")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "statements"),
        *[(method, path) for method in ("POST", "PUT", "DELETE") for path in ("activities", "agents", "about")],
        ("PATCH", "activities/state"),
    ],
)
def test_methods_that_a_resource_has_not(lrs: Program, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": None}):
        answer = lrs.send(method, path, {"activityId": ACTIVITY}, headers=headers)  # type: ignore[arg-type]  # an empty dict
        assert answer.status_code == 405 and "GET" in answer["Allow"]


def test_everybody_may_know_which_versions_are_spoken(lrs: Program) -> None:
    def versions(said: str | None) -> list[str]:
        answer = lrs.send("GET", "about", headers={"X-Experience-API-Version": said, "Authorization": None})
        assert answer.status_code == 200
        told: list[str] = json.loads(answer.content)["version"]
        return told

    assert set(versions("1.0.3")) == {"1.0.0", "1.0.1", "1.0.2", "1.0.3"}
    assert {"1.0.3", "2.0.0"} < set(versions("2.0.0")) and {"1.0.3", "2.0.0"} < set(versions(None))


def test_a_new_program_is_served_at_once_and_as_often_as_it_asks(lrs: Program) -> None:
    assert json.loads(lrs.get("about").content)["version"]
    sent = a_statement(id=None)
    (uuid,) = json.loads(lrs.post(sent).content)
    for _ in range(150):
        answer = lrs.get("statements", statementId=uuid)
        assert answer.status_code == 200 and answer["X-Experience-API-Consistent-Through"]
    assert json.loads(answer.content)["verb"] == sent["verb"]


def form(**fields: Any) -> bytes:
    return urlencode({name: v if isinstance(v, str) else json.dumps(v) for name, v in fields.items()}).encode()


def test_the_alternate_syntax_asks_what_the_plain_one_does(lrs: Program) -> None:
    sent = a_statement(id=None)
    uuid = str(uuid4())
    headers: dict[str, str | None] = {"Authorization": None, "X-Experience-API-Version": None}
    told = {"Authorization": lrs.authorization, "X-Experience-API-Version": "1.0.3"}
    body = form(statementId=uuid, content=sent, **told)
    assert lrs.send("POST", "statements?method=PUT", body=body, content_type=FORM, headers=headers).status_code == 204
    answer = lrs.send("POST", "statements?method=GET", body=form(limit="1"), content_type=FORM)
    assert [each["id"] for each in json.loads(answer.content)["statements"]] == [uuid]
    assert answer["X-Experience-API-Consistent-Through"]
    answer = lrs.send("POST", "statements?method=POST", body=form(content=a_statement()), content_type=FORM)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "query", "body", "content_type"),
    [
        ("GET", "method=POST", b"", FORM),
        ("PUT", "method=POST", form(content=a_statement()), FORM),
        (
            "POST",
            "method=PUT&statementId=6d1a1c0e-3b5f-4d0c-9f0e-2f6c0d6f1a11",
            form(content=a_statement(id=None)),
            FORM,
        ),
        ("POST", "method=PUT", b"", FORM),
        ("POST", "method=PUT", json.dumps({"content": "x"}).encode(), FORM),
        ("POST", "method=PUT", form(statementId=str(uuid4()), content=a_statement(id=None)), "application/json"),
        ("POST", "method=PUT", form(statementId=str(uuid4()), content="no json"), FORM),
        ("POST", "method=PUT", form(statementId=str(uuid4()), content=a_statement(id=None), foo="bar"), FORM),
        ("POST", "method=TRACE", form(limit="1"), FORM),
        ("POST", "method=GET", b"limit=%ff", FORM),
        ("POST", "method=GET", b"limit=1&limit=2", FORM),
        ("POST", "method=PUT", form(**{"X-Experience-API-Version": "0.8"}, content=a_statement()), FORM),
    ],
)
def test_alternate_syntax_that_is_none(lrs: Program, method: str, query: str, body: bytes, content_type: str) -> None:
    assert lrs.send(method, f"statements?{query}", body=body, content_type=content_type).status_code == 400


def test_the_second_version_has_no_alternate_syntax(program: MakeProgram) -> None:
    second = program("all", version="2.0.0")
    assert second.send("POST", "statements?method=GET", body=form(limit="1"), content_type=FORM).status_code == 400


def test_activities_tell_what_is_known_of_them(lrs: Program, program: MakeProgram) -> None:
    unknown = json.loads(lrs.get("activities", activityId=ACTIVITY).content)
    assert unknown == {"objectType": "Activity", "id": ACTIVITY}
    thing = {"objectType": "Activity", "id": ACTIVITY, "definition": {"name": {"en": "a"}, "type": "http://e.com/t"}}
    lrs.post(a_statement(object=thing))
    assert json.loads(lrs.get("activities", activityId=ACTIVITY).content) == thing
    lrs.post(a_statement(object={"id": ACTIVITY, "definition": {"name": {"de": "b"}, "type": "http://e.com/u"}}))
    writer = program("statements/write")
    writer.post(a_statement(object={"id": ACTIVITY, "definition": {"name": {"fr": "c"}}}))
    definition = json.loads(lrs.get("activities", activityId=ACTIVITY).content)["definition"]
    assert definition == {"name": {"en": "a", "de": "b"}, "type": "http://e.com/u"}
    for params in ({}, {"activityId": "1"}, {"activityId": {"key": "value"}}, {"activityId": ACTIVITY, "foo": "1"}):
        assert lrs.get("activities", **params).status_code == 400


@pytest.mark.parametrize(
    "agent",
    [
        {"mbox": "mailto:a@example.com"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "http://openid.example.com/7"},
        {"account": {"homePage": "http://example.com", "name": "7"}},
    ],
)
def test_agents_tell_the_person(lrs: Program, agent: dict[str, Any]) -> None:
    lrs.post(a_statement(actor=agent | {"name": "Anna"}), a_statement(actor=agent | {"name": "Anni"}))
    person = json.loads(lrs.get("agents", agent=agent | {"name": "A."}).content)
    ((key, value),) = agent.items()
    assert person == {"objectType": "Person", "name": ["A.", "Anni", "Anna"], key: [value]}
    assert lrs.get("agents").status_code == 400
    assert lrs.get("agents", agent={"name": "x"}).status_code == 400
