"""State, activity profiles and agent profiles: one table for what they share, and what sets state apart."""

import hashlib
import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import F

from analytics.xapi.models import XapiDocument
from tests.analytics.xapi.conftest import MakeProgram, Program
from tests.analytics.xapi.numbered import uuid4

AGENT = {"objectType": "Agent", "account": {"homePage": "http://www.example.com/1", "name": "Rick"}}
ACTIVITY = "http://www.example.com/activity"
SHELVES: dict[str, tuple[dict[str, Any], str]] = {
    "activities/state": ({"activityId": ACTIVITY, "agent": AGENT}, "stateId"),
    "activities/profile": ({"activityId": ACTIVITY}, "profileId"),
    "agents/profile": ({"agent": AGENT}, "profileId"),
}
each_shelf = pytest.mark.parametrize("path", SHELVES)
NEW: dict[str, str | None] = {"If-None-Match": "*"}


def named(path: str, name: str = "") -> dict[str, Any]:
    params, document = SHELVES[path]
    return params | {document: name or str(uuid4())}


@each_shelf
def test_a_document_is_kept_byte_for_byte(lrs: Program, path: str) -> None:
    where, body = named(path), bytes(range(256))
    assert lrs.send("PUT", path, where, body, content_type="image/png", headers=NEW).status_code == 204
    answer = lrs.get(path, **where)
    assert (answer.content, answer["Content-Type"]) == (body, "image/png")
    assert len(answer["ETag"].strip('"')) == 40 and answer["Content-Disposition"] == "attachment"
    assert lrs.send("DELETE", path, where).status_code == 204
    assert lrs.get(path, **where).status_code == 404


@each_shelf
def test_a_change_moves_last_modified(lrs: Program, path: str) -> None:
    """9274.1.1, 4.1.6: the header says when this document was changed last, by a merge as well."""

    def changed() -> float:
        return parsedate_to_datetime(lrs.get(path, **where)["Last-Modified"]).timestamp()

    where = named(path)
    assert lrs.send("POST", path, where, {"a": 1}).status_code == 204
    first = changed()
    XapiDocument.objects.update(updated_at=F("updated_at") - timedelta(hours=1))
    assert changed() == first - 3600
    assert lrs.send("POST", path, where, {"b": 1}).status_code == 204
    assert first <= changed() < first + 600


@each_shelf
def test_posting_json_merges_the_top_level_alone(lrs: Program, path: str) -> None:
    where = named(path)
    for body in ({"car": {"make": "Ford", "model": "Escape"}, "driver": "Dale"}, {"car": {"make": "Dodge"}, "new": 1}):
        assert lrs.send("POST", path, where, body).status_code == 204
    assert json.loads(lrs.get(path, **where).content) == {"car": {"make": "Dodge"}, "driver": "Dale", "new": 1}


@each_shelf
@pytest.mark.parametrize(
    ("there", "posted"),
    [
        ((b'{"a":1}', "application/json"), (b"abc", "application/octet-stream")),
        ((b"abc", "application/octet-stream"), (b'{"a":1}', "application/json")),
        ((b'{"a":1}', "application/json"), (b'{"a":1}{', "application/json")),
        ((b'{"a":1}', "application/json"), (b"[1]", "application/json")),
    ],
)
def test_what_cannot_be_merged_is_refused_and_changes_nothing(
    lrs: Program, path: str, there: tuple[bytes, str], posted: tuple[bytes, str]
) -> None:
    where = named(path)
    assert lrs.send("PUT", path, where, there[0], content_type=there[1], headers=NEW).status_code == 204
    assert lrs.send("POST", path, where, posted[0], content_type=posted[1]).status_code == 400
    assert lrs.get(path, **where).content == there[0]


@each_shelf
@pytest.mark.parametrize("body", [b"{}", b"1", b"true"])
def test_a_new_document_may_hold_anything(lrs: Program, path: str, body: bytes) -> None:
    form = "application/x-www-form-urlencoded"
    assert lrs.send("POST", path, named(path), body, content_type=form).status_code == 204


@each_shelf
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_conditions_are_kept(lrs: Program, path: str, method: str) -> None:
    where = named(path)

    def send(body: Any = None, **headers: str) -> int:
        told: dict[str, str | None] = {name.replace("_", "-"): value for name, value in headers.items()}
        return lrs.send(method, path, where, body, headers=told).status_code

    assert lrs.send("PUT", path, where, {"a": 1}, headers=NEW).status_code == 204
    assert lrs.send("PUT", path, where, {"a": 2}, headers=NEW).status_code == 412
    tag = lrs.get(path, **where)["ETag"]
    assert send({"a": 2}, If_Match=f'"{"1" * 40}"') == 412
    assert json.loads(lrs.get(path, **where).content) == {"a": 1}
    assert send({"a": 2}, If_Match=tag) == 204
    assert send({"a": 3}, If_Match=tag) == 412


@each_shelf
def test_nothing_is_replaced_by_who_does_not_say_that_they_know_it(
    lrs: Program, path: str, program: MakeProgram
) -> None:
    where = named(path)
    lrs.send("POST", path, where, {"a": 1})
    answer = lrs.send("PUT", path, where, {"a": 2})
    if path == "activities/state":  # 1.0.3 lets state be overwritten; 2.0 does not
        assert answer.status_code == 204
        second = program("all", version="2.0.0")
        answer = second.send("PUT", path, where, {"a": 3})
    assert answer.status_code == 409 and answer.content
    assert json.loads(lrs.get(path, **where).content) == {"a": 2 if path == "activities/state" else 1}


@each_shelf
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_who_puts_a_profile_by_the_first_version_says_what_they_expect_there(
    program: MakeProgram, path: str, version: str
) -> None:
    one, where = program("all", version=version), named(path)
    answer = one.send("PUT", path, where, {"a": 1})
    if version == "1.0.3" and path != "activities/state":
        assert answer.status_code == 400 and b"If-None-Match" in answer.content
        assert one.get(path, **where).status_code == 404
        assert one.send("PUT", path, where, {"a": 1}, headers={"If-Match": f'"{"1" * 40}"'}).status_code == 412
        assert one.send("PUT", path, where, {"a": 1}, headers=NEW).status_code == 204
    else:
        assert answer.status_code == 204
    assert one.send("POST", path, where, {"b": 1}).status_code == 204
    assert json.loads(one.get(path, **where).content) == {"a": 1, "b": 1}


@each_shelf
def test_lists_tell_ids_and_only_what_is_newer(lrs: Program, path: str) -> None:
    params, _ = SHELVES[path]
    lrs.send("POST", path, named(path, "one"), {"a": 1})
    lrs.send("POST", path, named(path, "two"), {"a": 1})
    assert json.loads(lrs.get(path, **params).content) == ["one", "two"]
    assert json.loads(lrs.get(path, **params, since="2012-01-01T00:00:00Z").content) == ["one", "two"]
    assert json.loads(lrs.get(path, **params, since="2099-01-01T00:00:00Z").content) == []


@each_shelf
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_what_names_a_document_must_be_right(lrs: Program, path: str, method: str) -> None:
    whole = named(path)
    wrong: list[dict[str, Any]] = [
        {name: value for name, value in whole.items() if name != left} for left in SHELVES[path][0]
    ]
    wrong += [whole | {"foo": "bar"}]
    if "activityId" in whole:
        wrong += [whole | {"activityId": value} for value in ("1", "true", {"key": "value"}, "undefined")]
    if "agent" in whole:
        wrong += [whole | {"agent": value} for value in ("1", "true", "not JSON", "undefined", {"name": "x"})]
    if path == "activities/state":
        wrong += [whole | {"registration": value} for value in ("1", "true", "not UUID")]
    if method == "GET":
        wrong += [whole | {"since": "not a timestamp"}]
    else:
        wrong += [whole | {"since": "2012-01-01T00:00:00Z"}]
    for params in wrong:
        assert lrs.send(method, path, params, {"a": 1}, headers=NEW).status_code == 400, params


@each_shelf
def test_a_document_needs_its_name_to_be_written(lrs: Program, path: str) -> None:
    params, _ = SHELVES[path]
    assert lrs.send("PUT", path, params, {"a": 1}, headers=NEW).status_code == 400
    assert lrs.send("POST", path, params, {"a": 1}).status_code == 400
    assert lrs.send("DELETE", path, params).status_code == (204 if path == "activities/state" else 400)


def test_state_of_a_registration_is_another_state(lrs: Program) -> None:
    path, registration = "activities/state", str(uuid4())
    plain, registered = named(path, "s"), named(path, "s") | {"registration": registration}
    lrs.send("PUT", path, plain, {"a": 1})
    lrs.send("PUT", path, registered, {"a": 2})
    lrs.send("PUT", path, named(path, "other"), {"a": 3})
    assert json.loads(lrs.get(path, **plain).content) == {"a": 1}
    assert json.loads(lrs.get(path, **registered).content) == {"a": 2}
    params = SHELVES[path][0]
    assert json.loads(lrs.get(path, **params, registration=registration).content) == ["s"]
    assert lrs.send("DELETE", path, params | {"registration": registration}).status_code == 204
    assert json.loads(lrs.get(path, **params).content) == ["other", "s"]
    assert lrs.send("DELETE", path, params).status_code == 204
    assert json.loads(lrs.get(path, **params).content) == []


def test_a_document_can_be_written_in_the_alternate_syntax(lrs: Program) -> None:
    where = named("activities/state")
    form = {"activityId": ACTIVITY, "agent": json.dumps(AGENT), "stateId": where["stateId"], "content": '{"a":1}'}
    answer = lrs.send(
        "POST",
        "activities/state?method=PUT",
        body=urlencode(form).encode(),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 204
    assert json.loads(lrs.get("activities/state", **where).content) == {"a": 1}


@each_shelf
def test_conditions_stand_in_the_form_of_the_alternate_syntax(lrs: Program, path: str) -> None:
    where = named(path)
    names = {name: value if isinstance(value, str) else json.dumps(value) for name, value in where.items()}

    def send(method: str, **fields: str) -> int:
        told = {name.replace("_", "-"): value for name, value in fields.items()}
        form = urlencode(names | told).encode()
        content_type = "application/x-www-form-urlencoded"
        return lrs.send("POST", f"{path}?method={method}", body=form, content_type=content_type).status_code

    assert send("PUT", content='{"a":1}', If_None_Match="*") == 204
    assert send("PUT", content='{"a":2}', If_None_Match="*") == 412
    tag = lrs.get(path, **where)["ETag"]
    assert send("PUT", content='{"a":2}', If_Match=f'"{"1" * 40}"') == 412
    assert send("POST", content='{"b":1}', if_match=tag) == 204  # names of headers have no case
    assert json.loads(lrs.get(path, **where).content) == {"a": 1, "b": 1}
    assert (send("GET"), send("HEAD")) == (200, 200)
    assert send("DELETE", If_Match=tag) == 412 and send("DELETE") == 204
    assert send("GET") == 404


@each_shelf
def test_head_tells_all_but_the_body(lrs: Program, path: str) -> None:
    """Of a document and of the list that it is on; whoever asks may send a body that nobody wants."""
    where, listed = named(path), SHELVES[path][0]
    lrs.send("POST", path, where, {"a": 1})
    for params in (where, listed):
        whole = lrs.send("GET", path, params, {"unasked": True})
        head = lrs.send("HEAD", path, params)
        assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
        for name in ("ETag", "Last-Modified", "Content-Type", "X-Experience-API-Version"):
            assert head.get(name) == whole.get(name)
    assert lrs.send("HEAD", path, named(path)).status_code == 404


def test_a_tag_is_the_sha_1_of_the_document_between_quotes(lrs: Program) -> None:
    """So that a program which cannot read the header can know it (Communication 3.1)."""
    where, body = named("agents/profile"), b'{"a": [1, 2]}'
    assert lrs.send("PUT", "agents/profile", where, body, headers=NEW).status_code == 204
    tag = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    assert lrs.get("agents/profile", **where)["ETag"] == f'"{tag}"'
    for said in (f'"{tag}"', f'W/"{tag}"', tag, f'"{"1" * 40}", "{tag}"', "*"):
        answer = lrs.send("PUT", "agents/profile", where, body, headers={"If-Match": said})
        assert answer.status_code == 204, said
