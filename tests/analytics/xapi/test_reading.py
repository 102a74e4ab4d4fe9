"""Asking for statements: every filter, pages, formats, voiding, references, and how far an answer is complete."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.xapi.domain.statement import VOIDED
from tests.analytics.xapi.conftest import MakeProgram, Program, a_statement
from tests.analytics.xapi.numbered import uuid4

ANNA = {"mbox": "mailto:anna@example.com"}
BEN = {"account": {"homePage": "http://example.com", "name": "ben"}}
THING = "http://example.com/thing"


def voiding(uuid: str) -> dict[str, Any]:
    return a_statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": uuid})


def referring(uuid: str, **different: Any) -> dict[str, Any]:
    return a_statement(object={"objectType": "StatementRef", "id": uuid}, **different)


def test_newest_first_and_the_other_way_round(lrs: Program) -> None:
    sent = [a_statement() for _ in range(3)]
    lrs.post(*sent)
    ids = [each["id"] for each in sent]
    assert lrs.ids() == ids[::-1]
    assert lrs.ids(ascending=True) == ids


def test_agents_are_found_as_actor_object_and_member(lrs: Program) -> None:
    one = a_statement(actor=ANNA)
    two = a_statement(object={"objectType": "Agent", **ANNA})
    three = a_statement(actor={"objectType": "Group", "member": [ANNA, BEN]})
    lrs.post(one, two, three, a_statement(actor=BEN), a_statement(context={"instructor": ANNA}))
    assert set(lrs.ids(agent=ANNA)) == {one["id"], two["id"], three["id"]}
    assert set(lrs.ids(agent={"objectType": "Agent", "name": "another name", **ANNA})) == {
        one["id"],
        two["id"],
        three["id"],
    }


def test_related_agents_are_found_when_asked_for(lrs: Program) -> None:
    statements = [
        a_statement(context={"instructor": ANNA}),
        a_statement(context={"team": {"objectType": "Group", "member": [ANNA]}}),
        a_statement(object=a_statement(id=None, actor=ANNA) | {"objectType": "SubStatement"}),
    ]
    lrs.post(*statements, a_statement())
    assert lrs.ids(agent=ANNA) == []
    assert set(lrs.ids(agent=ANNA, related_agents=True)) == {each["id"] for each in statements}
    authority = json.loads(lrs.get("statements", limit=1).content)["statements"][0]["authority"]
    assert len(lrs.ids(agent=authority, related_agents=True)) == 4


def test_activities_verbs_and_registrations(lrs: Program) -> None:
    registration = str(uuid4())
    one = a_statement(object={"id": THING}, verb={"id": "http://example.com/read"})
    two = a_statement(context={"contextActivities": {"parent": {"id": THING}}, "registration": registration})
    three = a_statement(object=a_statement(id=None, object={"id": THING}) | {"objectType": "SubStatement"})
    lrs.post(one, two, three)
    assert lrs.ids(activity=THING) == [one["id"]]
    assert set(lrs.ids(activity=THING, related_activities=True)) == {one["id"], two["id"], three["id"]}
    assert lrs.ids(verb="http://example.com/read") == [one["id"]]
    assert lrs.ids(registration=registration.upper()) == [two["id"]]
    assert lrs.ids(verb="http://example.com/read", registration=registration) == []


def test_since_is_exclusive_and_until_inclusive(lrs: Program) -> None:
    sent = a_statement()
    lrs.post(sent)
    stored = json.loads(lrs.get("statements", statementId=sent["id"]).content)["stored"]
    assert lrs.ids(since=stored) == [] and lrs.ids(until=stored) == [sent["id"]]
    assert lrs.ids(since="2012-06-01T19:09:13.245Z") == [sent["id"]] and lrs.ids(until="2012-06-01T19:09:13.245Z") == []


def test_pages_follow_each_other_without_gap_or_double(lrs: Program) -> None:
    sent = [a_statement(actor=ANNA) for _ in range(7)]
    lrs.post(*sent, a_statement(actor=BEN))
    page = json.loads(lrs.get("statements", agent=ANNA, limit=3).content)
    found = [each["id"] for each in page["statements"]]
    while page["more"]:
        assert "anna" not in page["more"]
        answer = lrs.send("GET", page["more"].removeprefix("/xapi/"))
        page = json.loads(answer.content)
        found += [each["id"] for each in page["statements"]]
    assert found == [each["id"] for each in reversed(sent)]


def test_a_forged_page_is_not_found(lrs: Program) -> None:
    assert lrs.get("statements/more/eyJhIjoxfQ:1:x").status_code == 404


def test_a_voided_statement_is_told_only_to_who_asks_for_it(lrs: Program) -> None:
    sent = a_statement()
    lrs.post(sent)
    void = voiding(sent["id"])
    assert lrs.post(void).status_code == 200
    assert lrs.get("statements", statementId=sent["id"]).status_code == 404
    assert json.loads(lrs.get("statements", voidedStatementId=sent["id"]).content)["id"] == sent["id"]
    assert lrs.ids() == [void["id"]]
    assert lrs.get("statements", voidedStatementId=void["id"]).status_code == 404


def test_what_is_voided_before_it_comes_is_voided_when_it_comes(lrs: Program) -> None:
    sent = a_statement()
    lrs.post(voiding(sent["id"]))
    lrs.post(sent)
    assert lrs.get("statements", statementId=sent["id"]).status_code == 404


def test_a_voiding_statement_is_never_voided(lrs: Program) -> None:
    sent = a_statement()
    void = voiding(sent["id"])
    lrs.post(sent, void, voiding(void["id"]))
    assert lrs.get("statements", statementId=void["id"]).status_code == 200


def test_nobody_voids_what_another_program_sent(lrs: Program, program: MakeProgram) -> None:
    other = program("statements/write", "statements/read/mine")
    theirs, mine = a_statement(), a_statement()
    lrs.post(theirs)
    assert other.post(voiding(theirs["id"]), mine, voiding(mine["id"])).status_code == 200
    assert lrs.get("statements", statementId=theirs["id"]).status_code == 200
    assert lrs.get("statements", statementId=mine["id"]).status_code == 404
    assert lrs.post(voiding(theirs["id"])).status_code == 200
    assert lrs.get("statements", statementId=theirs["id"]).status_code == 404


def test_statements_that_refer_to_a_match_are_told_too_at_any_distance(lrs: Program) -> None:
    verb = "http://example.com/target"
    target = a_statement(verb={"id": verb})
    first = referring(target["id"])
    second = referring(first["id"])
    lrs.post(second)  # before what it refers to
    lrs.post(target)
    lrs.post(first)
    assert set(lrs.ids(verb=verb)) == {target["id"], first["id"], second["id"]}
    void = voiding(target["id"])
    lrs.post(void)
    assert lrs.ids(verb=verb) == [void["id"], first["id"], second["id"]]
    assert lrs.ids(verb=verb, limit=1) == [void["id"]]
    assert lrs.ids(verb="http://example.com/none") == []


def test_references_may_go_round_in_a_circle(lrs: Program) -> None:
    one, two = str(uuid4()), str(uuid4())
    lrs.post(referring(two, id=one, verb={"id": "http://example.com/round"}), referring(one, id=two))
    assert set(lrs.ids(verb="http://example.com/round")) == {one, two}


def test_ids_tell_no_more_than_identifies(lrs: Program) -> None:
    group = {"objectType": "Group", "name": "g", "member": [ANNA | {"name": "Anna"}]}
    sent = a_statement(
        context={"team": group, "contextActivities": {"parent": [{"id": THING, "definition": {"type": THING}}]}}
    )
    lrs.post(sent)
    told = json.loads(lrs.get("statements", statementId=sent["id"], format="ids").content)
    assert told["actor"] == {"objectType": "Agent", "mbox": "mailto:zhuan@example.com"}
    assert told["verb"] == {"id": sent["verb"]["id"]}
    assert told["object"] == {"id": sent["object"]["id"]}
    assert told["context"]["team"] == {"objectType": "Group", "member": [ANNA]}
    assert told["context"]["contextActivities"] == {"parent": [{"id": THING}]}


def test_canonical_tells_the_language_that_is_asked_for(lrs: Program) -> None:
    sent = a_statement()
    lrs.post(sent, a_statement(object=sent["object"] | {"definition": {"name": {"de": "Treffen"}}}))

    def told(languages: str) -> tuple[Any, Any]:
        answer = lrs.send(
            "GET",
            "statements",
            {"statementId": sent["id"], "format": "canonical"},
            headers={"Accept-Language": languages},
        )
        statement = json.loads(answer.content)
        return statement["verb"]["display"], statement["object"]["definition"]["name"]

    assert told("de, en;q=0.5") == ({"en": "attended"}, {"de": "Treffen"})
    assert told("zh-Hans-CN") == ({"zh-CN": "参加"}, {"zh-CN": "会议"})
    assert told("") == ({"en": "attended"}, {"en-GB": "meeting"})


@pytest.mark.parametrize(
    "params",
    [
        {"foo": "bar"},
        {"StatementId": str(uuid4())},
        {"statementId": "no uuid"},
        {"statementId": str(uuid4()), "voidedStatementId": str(uuid4())},
        *[{"statementId": str(uuid4()), name: "true"} for name in ("ascending", "related_agents", "limit", "since")],
        {"voidedStatementId": str(uuid4()), "verb": "http://example.com/v"},
        {"agent": "no json"},
        {"agent": {"name": "nobody"}},
        {"agent": {"objectType": "Group", "member": [ANNA]}},
        {"verb": "no iri"},
        {"activity": "no iri"},
        {"registration": "no uuid"},
        {"since": "yesterday"},
        {"until": "2026"},
        {"limit": "-1"},
        {"limit": "ten"},
        {"format": "IDS"},
        {"ascending": "True"},
        {"attachments": "1"},
        {"related_agents": "yes"},
    ],
    ids=str,
)
def test_parameters_that_xapi_does_not_know_are_refused(lrs: Program, params: dict[str, Any]) -> None:
    answer = lrs.get("statements", **params)
    assert answer.status_code == 400 and answer["X-Experience-API-Consistent-Through"]


def test_every_answer_says_how_far_it_is_complete(lrs: Program) -> None:
    lrs.post(a_statement())
    answer = lrs.get("statements")
    through = datetime.fromisoformat(answer["X-Experience-API-Consistent-Through"])
    stored = datetime.fromisoformat(json.loads(answer.content)["statements"][0]["stored"])
    assert stored <= through < datetime.now(UTC)
    for missing in ({"statementId": str(uuid4())}, {"limit": "ten"}):
        assert lrs.get("statements", **missing)["X-Experience-API-Consistent-Through"] > through.isoformat()[:19]


def test_who_asks_since_then_misses_nothing_of_the_very_millisecond(
    lrs: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 5, 9, 1, 30, 0, 123_999, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    through = lrs.get("statements")["X-Experience-API-Consistent-Through"]
    assert through == "2026-05-09T01:30:00.122Z"
    sent = a_statement()
    lrs.post(sent)  # stored in the millisecond in which the other was answered
    assert lrs.ids(since=through) == [sent["id"]]


def test_a_head_is_a_get_without_its_body(lrs: Program) -> None:
    lrs.post(a_statement())
    answer = lrs.send("HEAD", "statements")
    assert answer.status_code == 200 and answer.content == b"" and answer["X-Experience-API-Version"] == "1.0.3"


def test_a_page_of_many_costs_what_a_page_of_few_does(lrs: Program) -> None:
    lrs.post(*[a_statement(actor=ANNA) for _ in range(2)])
    with CaptureQueriesContext(
        connection,
    ) as few:
        lrs.get("statements", agent=ANNA)
    lrs.post(*[a_statement(actor=ANNA) for _ in range(40)])
    with CaptureQueriesContext(connection) as many:
        lrs.get("statements", agent=ANNA)
    assert len(many) == len(few) == 4  # the client, how far, those that match, those that refer to one


def test_the_second_version_asks_for_times_as_it_writes_them(program: MakeProgram) -> None:
    second, at = program("all", version="2.0.0"), "2012-06-01 19:09:13.245+00:00"
    sent = a_statement(timestamp=at)
    assert second.post(sent).status_code == 200
    assert json.loads(second.get("statements", statementId=sent["id"]).content)["timestamp"] == at
    assert second.ids(since=at) == [sent["id"]] and second.ids(until=at) == []
    assert program("all").get("statements", since=at).status_code == 400


@pytest.mark.parametrize("form", ["exact", "canonical", "ids"])
def test_what_says_nothing_is_stored_and_told(lrs: Program, form: str) -> None:
    """Empty language maps and objects: nobody should send them, and nothing forbids it (Data 2.2)."""
    sent = a_statement(
        verb={"id": "http://example.com/v", "display": {}},
        object={"id": "http://example.com/empty", "definition": {"name": {}, "description": {}}},
        result={"score": {}},
        context={"contextActivities": {}},
    )
    assert lrs.post(sent).status_code == 200
    assert lrs.post(sent).status_code == 200  # the same again
    told = json.loads(lrs.get("statements", statementId=sent["id"], format=form).content)
    assert (told["id"], told["result"], told["context"]) == (sent["id"], sent["result"], sent["context"])
