"""Rules that hold in every place of a statement: one statement that says all there is to say, bent in each of its places."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from analytics.xapi.domain.shapes import Refused
from analytics.xapi.domain.statement import FIRST, check_statement
from tests.analytics.xapi.conftest import a_statement

MBOX = {"objectType": "Agent", "name": "Anna", "mbox": "mailto:anna@example.com"}
ACCOUNT = {"account": {"homePage": "http://example.com", "name": "7"}}
SHA1 = {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"}
OPENID = {"openid": "http://openid.example.com/7"}
MEMBERS = [MBOX, ACCOUNT, SHA1, OPENID]
GROUP = {"objectType": "Group", "name": "All", "member": MEMBERS}
EXTENSIONS = {"http://example.com/ext": {"Any": None, "thing": ["", {}, []]}, "urn:x:y": ""}
REFERENCE = {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}
DEFINITION = {
    "name": {"en-GB": "meeting", "zh-CN": "会议"},
    "description": {"en-GB": "a meeting"},
    "type": "http://example.com/types/meeting",
    "moreInfo": "http://example.com/more",
    "interactionType": "matching",
    "correctResponsesPattern": ["a[.]1[,]b[.]2"],
    "source": [{"id": "a", "description": {"en": "A", "ja": "草"}}, {"id": "b"}],
    "target": [{"id": "1", "description": {"en": "One"}}, {"id": "2"}],
    "extensions": EXTENSIONS,
}
THING = {"objectType": "Activity", "id": "http://example.com/meeting", "definition": DEFINITION}
SAID = {
    "actor": GROUP,
    "verb": {"id": "http://example.com/verbs/met", "display": {"en": "met"}},
    "object": THING,
    "result": {
        "score": {"scaled": 0.95, "raw": 95, "min": 0, "max": 100},
        "success": True,
        "completion": True,
        "response": "We agreed.",
        "duration": "PT1H0M0.12S",
        "extensions": EXTENSIONS,
    },
    "context": {
        "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "instructor": MBOX,
        "team": {"objectType": "Group", **ACCOUNT, "member": MEMBERS},
        "contextActivities": {
            "parent": [THING],
            "grouping": {"id": "http://example.com/g"},
            "category": [{"id": "urn:c:1"}, THING],
            "other": [{"objectType": "Activity", "id": "http://example.com/o"}],
        },
        "revision": "10",
        "platform": "Browser",
        "language": "fr-CA",
        "statement": REFERENCE,
        "extensions": EXTENSIONS,
    },
    "timestamp": "2026-05-18T05:32:34.804+08:00",
    "attachments": [
        {
            "usageType": "http://example.com/usage",
            "display": {"en": "x"},
            "description": {"en": "y"},
            "contentType": "text/plain; charset=ascii",
            "length": 27,
            "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
            "fileUrl": "http://example.com/file.txt",
        }
    ],
}
WHOLE = a_statement(
    **SAID,
    version="1.0.3",
    stored="2026-05-18T05:32:34.804Z",
    authority={"objectType": "Group", "member": [ACCOUNT, MBOX]},
)
INSIDE = a_statement(object={"objectType": "SubStatement", **SAID})
Path = tuple[str | int, ...]
LANGUAGE_MAPS = ("display", "description", "name")


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place below, with what is there; what stands in extensions is free, and is left out."""
    if path:
        yield path, value
    if path[-1:] != ("extensions",):
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, each in parts:
            yield from places(each, (*path, key))


def bent(statement: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The statement with another value in that place."""
    other = deepcopy(statement)
    there: Any = other
    for key in path[:-1]:
        there = there[key]
    there[path[-1]] = value
    return other


def another_case(statement: dict[str, Any], path: Path) -> dict[str, Any]:
    """The statement with the key of that place in capitals."""
    other = deepcopy(statement)
    there: Any = other
    for key in path[:-1]:
        there = there[key]
    there[str(path[-1]).upper()] = there.pop(path[-1])
    return other


def refused(statement: dict[str, Any]) -> bool:
    try:
        check_statement(statement, version=FIRST)
    except Refused:
        return True
    return False


both = pytest.mark.parametrize("statement", [WHOLE, INSIDE], ids=["outside", "inside"])


def is_text_of_a_map(path: Path) -> bool:
    """Say whether the key of this place is a language: any case of it is one."""
    return path[-2:-1] != () and path[-2] in LANGUAGE_MAPS


@both
def test_all_there_is_to_say_may_be_said(statement: dict[str, Any]) -> None:
    assert not refused(statement)
    assert len(list(places(statement))) > 130


@both
def test_null_stands_nowhere_but_in_extensions(statement: dict[str, Any]) -> None:
    assert [path for path, _ in places(statement) if not refused(bent(statement, path, None))] == []


@both
@pytest.mark.parametrize("wrong", [{"key": "x"}, [{"key": "x"}], 12345, True])
def test_nothing_is_of_another_type(statement: dict[str, Any], wrong: Any) -> None:
    passed = [
        path
        for path, there in places(statement)
        if type(there) is not type(wrong)
        and not (isinstance(there, int | float) and type(wrong) is int and path[-1] in ("raw", "max", "length"))
        and not refused(bent(statement, path, wrong))
    ]
    assert passed == []


@both
def test_keys_have_one_case(statement: dict[str, Any]) -> None:
    passed = [
        path
        for path, _ in places(statement)
        if isinstance(path[-1], str) and not is_text_of_a_map(path) and not refused(another_case(statement, path))
    ]
    assert passed == []


@both
def test_nothing_is_said_that_xapi_does_not_know(statement: dict[str, Any]) -> None:
    passed = [
        path
        for path, there in places(statement)
        if isinstance(there, dict) and path[-1] != "extensions" and not refused(bent(statement, (*path, "unheard"), 1))
    ]
    assert passed == [] and refused(statement | {"unheard": 1})


ACTORS: list[Path] = [("actor",), ("object",), ("context", "instructor"), ("context", "team"), ("authority",)]
MEMBER: list[Path] = [("actor", "member", 0), ("context", "team", "member", 1), ("authority", "member", 0)]
IDENTIFIERS: dict[str, Any] = {
    "mbox": "mailto:a@example.com",
    "mbox_sha1sum": SHA1["mbox_sha1sum"],
    "openid": OPENID["openid"],
    "account": ACCOUNT["account"],
}
WRONG_IDENTIFIERS: list[dict[str, Any]] = [
    *[{"mbox": value} for value in ("a@example.com", "mailto:a.example.com", "mailto:", "http://example.com", "")],
    *[{"mbox_sha1sum": value} for value in ("z" * 40, SHA1["mbox_sha1sum"][1:], SHA1["mbox_sha1sum"] + "0", "")],
    *[{"openid": value} for value in ("openid.example.com", "ab=c://should.fail.com", "")],
    *[{"account": {"homePage": value, "name": "7"}} for value in ("no iri", "", 5)],
    {"account": {"homePage": "http://example.com"}},
    {"account": {"name": "7"}},
    {"account": {"homePage": "http://example.com", "name": 7}},
    {"account": {}},
    *[{one: IDENTIFIERS[one], two: IDENTIFIERS[two]} for one in IDENTIFIERS for two in IDENTIFIERS if one < two],
    dict(IDENTIFIERS),
    {},
]


def with_actor(path: Path, actor: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Statements with this actor in this place; an object that is somebody has no revision and no platform."""
    for whole, place in ((WHOLE, path), (INSIDE, ("object", *path))):
        if path[0] == "authority" and whole is INSIDE:
            continue
        other = bent(whole, place, actor)
        if path == ("object",):
            told = other if whole is WHOLE else other["object"]
            told["context"] = {
                key: each for key, each in told["context"].items() if key not in ("revision", "platform")
            }
        yield other


@pytest.mark.parametrize("path", ACTORS, ids=str)
@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_one_identifier_is_enough_for_agents_and_groups(path: Path, identifier: str) -> None:
    one = {identifier: IDENTIFIERS[identifier]}
    group = {"objectType": "Group", **one}
    agents = [] if path[-1] == "team" else [{"objectType": "Agent", **one}]
    groups = [] if path == ("authority",) else [group, group | {"member": [MBOX]}, group | {"member": []}]
    for actor in (*agents, *groups):
        assert [each for each in with_actor(path, actor) if refused(each)] == [], actor


@pytest.mark.parametrize("path", ACTORS, ids=str)
@pytest.mark.parametrize("kind", ["Agent", "Group"])
def test_wrong_identifiers_and_more_than_one_are_refused(path: Path, kind: str) -> None:
    for wrong in WRONG_IDENTIFIERS:
        for statement in with_actor(path, {"objectType": kind, **wrong}):
            assert refused(statement), wrong


@pytest.mark.parametrize("path", MEMBER, ids=str)
def test_members_are_agents(path: Path) -> None:
    for wrong in (*WRONG_IDENTIFIERS, GROUP, {"objectType": "Group", **ACCOUNT}, {"objectType": "Activity", **ACCOUNT}):
        for statement in with_actor(path, wrong):
            assert refused(statement), wrong


IRIS = ("homePage", "openid", "type", "moreInfo", "usageType", "fileUrl")


@both
@pytest.mark.parametrize("wrong", ["should fail", "", "example.com/x", "ab=c://should.fail.com", "http://e.com/<x>"])
def test_iris_are_absolute_everywhere(statement: dict[str, Any], wrong: str) -> None:
    iris = [path for path, there in places(statement) if path[-1] in IRIS or (path[-1] == "id" and ":" in str(there))]
    assert len(iris) > 15
    assert [path for path in iris if not refused(bent(statement, path, wrong))] == []


@both
def test_keys_of_extensions_are_iris(statement: dict[str, Any]) -> None:
    found = [path for path, _ in places(statement) if path[-1] == "extensions"]
    assert len(found) >= 5
    for path in found:
        assert not refused(bent(statement, path, {})) and refused(bent(statement, path, {"should fail": "x"}))


@both
@pytest.mark.parametrize("value", [True, 12345, 0.5, "valid", "", {"key": "valid"}, {}, [], [None], None], ids=str)
def test_an_extension_may_hold_anything(statement: dict[str, Any], value: Any) -> None:
    found = [path for path, _ in places(statement) if path[-1] == "extensions"]
    assert [path for path in found if refused(bent(statement, path, {"http://example.com/ex": value}))] == []
