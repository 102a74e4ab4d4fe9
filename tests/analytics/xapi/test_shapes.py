"""Which statements are statements: a table of what must pass and what must not, inside a statement and a sub-statement."""

from copy import deepcopy
from typing import Any

import pytest

from analytics.xapi.domain.shapes import Refused
from analytics.xapi.domain.statement import FIRST, SECOND, VOIDED, check_statement
from tests.analytics.xapi.conftest import STATEMENT, a_statement

MBOX = {"mbox": "mailto:a@example.com"}
ACCOUNT = {"account": {"homePage": "http://example.com", "name": "7"}}
GROUP = {"objectType": "Group", "member": [MBOX]}
UUID = "ec531277-b57b-4c15-8d91-d292c5b2b8f7"
REFERENCE = {"objectType": "StatementRef", "id": UUID}
SHA2 = "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a"
ATTACHMENT = {
    "usageType": "http://example.com/usage",
    "display": {"en-US": "x"},
    "contentType": "text/plain; charset=ascii",
    "length": 27,
    "sha2": SHA2,
    "fileUrl": "http://example.com/file.txt",
}
CHOICES = [{"id": "a", "description": {"en": "A"}}, {"id": "b"}]


def activity(**definition: Any) -> dict[str, Any]:
    return {"object": {"id": "http://example.com/a", "definition": definition}}


def context(**said: Any) -> dict[str, Any]:
    return {"context": said}


GOOD: list[dict[str, Any]] = [
    {},
    {"actor": ACCOUNT},
    {"actor": {"openid": "http://openid.example.com/7"}},
    {"actor": {"mbox_sha1sum": "a" * 40}},
    {"actor": GROUP},
    {"actor": {"objectType": "Group", **MBOX}},
    {"actor": {"objectType": "Group", **MBOX, "member": [ACCOUNT, MBOX]}},
    {"object": {"objectType": "Agent", **MBOX}},
    {"object": GROUP},
    {"object": REFERENCE},
    {"verb": {"id": VOIDED}, "object": REFERENCE},
    activity(),
    activity(name={}, description={}),
    activity(interactionType="choice", choices=[{"id": "a", "description": {}}]),
    {"verb": {"id": "http://e.com/v", "display": {}}},
    {"result": {}},
    {"result": {"score": {}, "extensions": {}}},
    context(),
    context(contextActivities={}),
    {"attachments": [ATTACHMENT | {"display": {}, "description": {}}]},
    activity(extensions={"http://example.com/null": None}),
    activity(extensions={}, type="http://example.com/t"),
    activity(interactionType="choice", choices=CHOICES, correctResponsesPattern=["a[,]b"]),
    activity(interactionType="sequencing", choices=CHOICES),
    activity(interactionType="likert", scale=CHOICES),
    activity(interactionType="matching", source=CHOICES, target=CHOICES),
    activity(interactionType="performance", steps=CHOICES),
    *[activity(interactionType=kind) for kind in ("true-false", "fill-in", "long-fill-in", "numeric", "other")],
    *[
        activity(name={tag: "x"})
        for tag in ("de", "cmn", "zh-Hant", "zh-Hans-CN", "sr-Latn-RS", "es-419", "x-whatever")
    ],
    *[
        activity(name={tag: "x"})
        for tag in ("i-enochian", "sl-rozaj-biske", "de-CH-1901", "zh-cmn-Hans-CN", "en-a-bbb-x-y")
    ],
    {"result": {"score": {"scaled": -1}, "success": True, "completion": False, "response": ""}},
    {"result": {"score": {"raw": 1.5, "min": 0, "max": 2}, "extensions": {"http://e.com/x": {"y": None}}}},
    *[
        {"result": {"duration": each}}
        for each in ("PT4H35M59.14S", "P3Y1M29DT4H35M59.14S", "P3Y", "P4W", "PT16559.14S", "PT0S")
    ],
    context(registration=UUID, language="fr-CA", revision="1", platform="p", statement=REFERENCE),
    context(instructor=MBOX, team=GROUP, contextActivities={"parent": {"id": "http://e.com/a"}, "other": []}),
    context(instructor=GROUP, contextActivities={"category": [{"id": "http://e.com/a"}], "grouping": [{"id": "u:x"}]}),
    {"object": {"objectType": "Agent", **MBOX}, **context(language="de")},
    *[{"timestamp": each} for each in ("2013-05-18T05:32:34.804Z", "2013-05-18T05:32:34+08:00", "20130518T053234Z")],
    {"attachments": [ATTACHMENT]},
    {"attachments": [ATTACHMENT | {"description": {"zh-CN": "附件"}}]},
]

BAD: list[dict[str, Any]] = [
    {"actor": None},
    {"verb": None},
    {"object": None},
    {"actor": {}},
    {"actor": {"name": "nobody"}},
    {"actor": MBOX | ACCOUNT},
    {"actor": MBOX | {"name": 5}},
    {"actor": MBOX | {"Name": "x"}},
    {"actor": MBOX | {"objectType": "agent"}},
    {"actor": MBOX | {"objectType": '"objectType": "Agent"'}},
    {"actor": MBOX | {"member": [MBOX]}},
    {"actor": {"mbox": "a@example.com"}},
    {"actor": {"mbox": "mailto:nobody"}},
    {"actor": {"mbox_sha1sum": "a" * 39}},
    {"actor": {"openid": "no iri"}},
    {"actor": {"account": {"homePage": "http://e.com"}}},
    {"actor": {"account": {"name": "x"}}},
    {"actor": {"account": {"homePage": "no iri", "name": "x"}}},
    {"actor": {"account": {"homePage": "http://e.com", "name": {"key": "x"}}}},
    {"actor": {"account": {"homePage": "http://e.com", "name": "x", "more": 1}}},
    {"actor": {"objectType": "Group"}},
    {"actor": {"objectType": "Group", "member": []}},
    {"actor": {"objectType": "Group", "member": [GROUP]}},
    {"actor": {"objectType": "Group", "member": MBOX}},
    {"verb": "http://e.com/v"},
    {"verb": {"display": {"en": "x"}}},
    {"verb": {"id": "should fail"}},
    {"verb": {"id": 12345}},
    {"verb": {"id": "http://e.com/v", "display": "attended"}},
    {"verb": {}},
    {"verb": {"id": "http://e.com/v", "display": {"en-US": None}}},
    {"object": {}},
    {"verb": {"id": VOIDED}},
    {"object": {"id": "ab=c://should.fail.com"}},
    {"object": {"id": "http://e.com/a b"}},
    {"object": {"id": "http://e.com/%zz"}},
    {"object": {"definition": {"type": "http://e.com/t"}}},
    {"object": {"id": "http://e.com/a", "definition": "x"}},
    {"object": {"objectType": "activity", "id": "http://e.com/a"}},
    {"object": {"objectType": "statementref", "id": UUID}},
    {"object": {"objectType": "StatementRef"}},
    {"object": {"objectType": "StatementRef", "id": "should fail"}},
    activity(moreInfo=None),
    activity(moreInfo="should fail"),
    activity(type="should fail"),
    activity(extensions="x"),
    activity(extensions={"no iri": 1}),
    activity(interactionType="true-faLse"),
    activity(interactionType=12345),
    activity(interactionType={"key": "x"}),
    activity(correctResponsesPattern=["true"]),
    activity(choices=CHOICES),
    activity(interactionType="true-false", choices=CHOICES),
    activity(interactionType="choice", choices=[{"description": {"en": "x"}}]),
    activity(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]),
    activity(interactionType="choice", choices=[{"id": "a", "description": {"something": "x"}}]),
    activity(interactionType="choice", correctResponsesPattern="a"),
    *[
        activity(name={tag: "x"})
        for tag in ("something", "a12345", "de-419-DE", "a-DE", "ar-a-aaa-b-bbb-a-ccc", "", "de-")
    ],
    *[
        activity(name={tag: "x"})
        for tag in ("zh-z-aaa-z-bbb-c-ccc", "sl-rozaj-rozaj", "x", "supercalifragilisticexpiali")
    ],
    {"result": {"score": 12}},
    {"result": {"score": {"scaled": 1.01}}},
    {"result": {"score": {"scaled": -1.00001}}},
    {"result": {"score": {"max": "100"}}},
    {"result": {"score": {"raw": True}}},
    {"result": {"score": {"raw": 3, "max": 2}}},
    {"result": {"score": {"raw": 1, "min": 2}}},
    {"result": {"score": {"min": 3, "max": 2}}},
    {"result": {"success": "true"}},
    {"result": {"completion": 1}},
    {"result": {"response": 5}},
    *[
        {"result": {"duration": each}}
        for each in ("PA1H0M0S", "should fail", 12345, {"key": 1}, "P", "PT", "P1.5Y1M", "P1Y2W")
    ],
    context(registration="should fail"),
    context(registration=None),
    context(instructor={"key": "x"}),
    context(team=MBOX),
    context(instructor={}),
    context(team={}),
    context(statement={}),
    context(contextActivities={"parent": {}}),
    context(contextActivities={"parent": [{}]}),
    context(contextActivities="x"),
    context(contextActivities={"Parent": {"id": "http://e.com/a"}}),
    context(contextActivities={"parent": {"id": "no iri"}}),
    context(language="something"),
    context(statement={"id": UUID}),
    context(revision=5),
    *[
        {"object": thing, **context(**said)}
        for thing in ({"objectType": "Agent", **MBOX}, GROUP, REFERENCE)
        for said in ({"revision": "1"}, {"platform": "p"})
    ],
    *[
        context(contextActivities={"other": pair})
        for pair in ([{"id": "http://e.com/a"}, {"key": "x"}], [{"key": "x"}, {"id": "http://e.com/a"}])
    ],
    context(language={"a12345": "x"}),
    context(statement=REFERENCE | {"objectType": "statementref"}),
    context(statement=REFERENCE | {"id": "should fail"}),
    *[{"timestamp": each} for each in ("01/011/2015", "should fail", 5, "2013-02-30T00:00:00Z", "2013-05-18")],
    *[{"timestamp": f"2008-09-15T15:53:00.601{each}"} for each in ("-00", "-0000", "-00:00", "+25:00", "+08:99")],
    {"attachments": ATTACHMENT},
    {"attachments": [12345]},
    {"attachments": [{}]},
    *[
        {"attachments": [ATTACHMENT | {key: "should fail"}]}
        for key in ("usageType", "contentType", "length", "fileUrl", "sha2")
    ],
    *[{"attachments": [ATTACHMENT | {key: 12345}]} for key in ("sha2", "display", "description")],
    {"attachments": [{key: ATTACHMENT[key] for key in ATTACHMENT if key != "display"}]},
    *[{key: "x"} for key in ("iD", "Actor", "veRb", "oBject", "conText", "timeStamp", "attachmentS", "extra")],
]
OUTSIDE_ONLY: list[dict[str, Any]] = [
    {"id": 12345},
    {"id": "AA97B177-9383-4934-8543-0F91A7A028368"},
    {"id": "MA97B177-9383-4934-8543-0F91A7A02836"},
    {"version": "0.9.9"},
    {"version": "1.1.0"},
    {"version": "should fail"},
    {"version": "2.0.0"},
    {"stored": "should fail"},
    {"authority": {"objectType": "Group", "member": [MBOX]}},
    {"authority": {"objectType": "Group", "member": [ACCOUNT, MBOX, MBOX]}},
    {"authority": {"objectType": "Group", **MBOX, "member": [ACCOUNT, MBOX]}},
    {"authority": {"objectType": "Group", "member": [MBOX, MBOX]}},
    {"object": {"objectType": "SubStatement"}},
    *[
        {"object": {"objectType": "SubStatement"} | STATEMENT, **context(**said)}
        for said in ({"revision": "1"}, {"platform": "p"})
    ],
]


def inside(different: dict[str, Any]) -> dict[str, Any]:
    """The same statement as the object of another one."""
    usual = deepcopy(STATEMENT) | different
    sub = {"objectType": "SubStatement"} | {key: value for key, value in usual.items() if value is not None}
    return a_statement(object=sub)


@pytest.mark.parametrize("different", GOOD, ids=str)
def test_what_xapi_allows_passes(different: dict[str, Any]) -> None:
    check_statement(a_statement(**different), version=FIRST)
    check_statement(inside(different), version=FIRST)


@pytest.mark.parametrize("different", BAD, ids=str)
def test_what_xapi_forbids_is_refused(different: dict[str, Any]) -> None:
    for statement in (a_statement(**different), inside(different)):
        with pytest.raises(Refused):
            check_statement(statement, version=FIRST)


@pytest.mark.parametrize("different", OUTSIDE_ONLY, ids=str)
def test_what_only_a_whole_statement_can_break(different: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        check_statement(a_statement(**different), version=FIRST)


@pytest.mark.parametrize("key", ["id", "stored", "version", "authority"])
def test_a_sub_statement_has_not_what_a_store_adds(key: str) -> None:
    values = {"id": UUID, "stored": "2026-01-01T00:00:00Z", "version": "1.0.0", "authority": MBOX}
    with pytest.raises(Refused):
        check_statement(inside({key: values[key]}), version=FIRST)


def test_a_sub_statement_holds_no_other() -> None:
    with pytest.raises(Refused):
        check_statement(inside({"object": inside({})["object"]}), version=FIRST)


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.9"])
def test_versions_of_the_first_kind(version: str) -> None:
    check_statement(a_statement(version=version), version=FIRST)


AGENT_2 = {"objectType": "contextAgent", "agent": MBOX}


@pytest.mark.parametrize(
    "said",
    [
        {"contextAgents": [AGENT_2 | {"relevantTypes": []}]},
        {"contextAgents": [AGENT_2 | {"relevantTypes": ["abc"]}]},
        {"contextAgents": [AGENT_2 | {"objectType": "Should fail"}]},
        {"contextAgents": [{"objectType": "contextAgent", "agent": {"key": "x"}}]},
        {"contextAgents": AGENT_2},
        {"contextGroups": [{"objectType": "contextGroup", "group": MBOX}]},
    ],
    ids=str,
)
def test_context_agents_and_groups_of_the_second_version(said: dict[str, Any]) -> None:
    check_statement(
        a_statement(context={"contextAgents": [AGENT_2 | {"relevantTypes": ["http://e.com/t"]}]}), version=SECOND
    )
    check_statement(
        a_statement(context={"contextGroups": [{"objectType": "contextGroup", "group": GROUP}]}), version=SECOND
    )
    with pytest.raises(Refused):
        check_statement(a_statement(context=said), version=SECOND)


OF_RFC_3339 = ["2013-05-18t05:32:34.1z", "2013-05-18 05:32:34.601+00:00", "2013-05-18 05:32:34Z"]
OF_NO_RFC = ["20130518T053234Z", "2013-05-18T05:32:34", "2013-05-18T05:32Z", "2013-05-18T05:32:34+08"]
NEVER = ["2013-05-18  05:32:34Z", "2013-05-18_05:32:34Z", "2013-05-18 05:32:34-00:00", "2013-05-18 25:32:34Z"]


@pytest.mark.parametrize("key", ["timestamp", "stored"])
@pytest.mark.parametrize("at", OF_RFC_3339)
def test_the_second_version_takes_every_spelling_of_rfc_3339(key: str, at: str) -> None:
    """§5.6 and its note: small letters, and a space in the place of the T."""
    check_statement(a_statement(**{key: at}), version=SECOND)
    with pytest.raises(Refused):  # ISO 8601, and so the first version, has neither
        check_statement(a_statement(**{key: at}), version=FIRST)


@pytest.mark.parametrize("at", [*OF_NO_RFC, *NEVER])
def test_the_second_version_wants_rfc_3339(at: str) -> None:
    for statement in (a_statement(timestamp=at), inside({"timestamp": at}), a_statement(stored=at)):
        with pytest.raises(Refused):
            check_statement(statement, version=SECOND)
