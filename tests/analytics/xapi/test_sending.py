"""Sending statements: what is stored, what is added, what is refused, and the record in the learning log."""

import json
from hashlib import sha256

import pytest
from django.db import DatabaseError, transaction

from analytics.learning_log.models import LogRecord
from analytics.xapi.log_kinds import STATEMENTS_STORED
from analytics.xapi.models import XapiStatement
from tests.analytics.xapi.conftest import MakeProgram, Program, a_statement
from tests.analytics.xapi.numbered import uuid4


def test_a_statement_is_stored_whole_with_what_the_store_adds(lrs: Program) -> None:
    sent = a_statement()
    answer = lrs.post(sent)
    assert (answer.status_code, json.loads(answer.content)) == (200, [sent["id"]])
    told = json.loads(lrs.get("statements", statementId=sent["id"]).content)
    assert {key: told[key] for key in sent} == sent
    assert told["stored"] == told["timestamp"] and told["version"] == "1.0.0"
    assert told["authority"]["account"]["name"] == lrs.key


def test_each_batch_is_one_record_whose_digest_covers_what_is_stored(lrs: Program) -> None:
    lrs.post(a_statement(), a_statement(), a_statement())
    record = LogRecord.objects.get(kind=STATEMENTS_STORED)
    rows = XapiStatement.objects.filter(batch=record.payload["batch"]).order_by("pk")
    digest = sha256(b"".join(row.body.encode() + b"\n" for row in rows)).hexdigest()
    assert record.payload == {
        "client": lrs.id,
        "batch": record.subject,
        "statements": 3,
        "digest": digest,
    }


def test_a_refused_statement_takes_its_batch_with_it(lrs: Program) -> None:
    good, bad = a_statement(), a_statement(verb={"id": "should fail"})
    assert lrs.post(good, bad).status_code == 400
    assert lrs.get("statements", statementId=good["id"]).status_code == 404
    assert not LogRecord.objects.filter(kind=STATEMENTS_STORED).exists()


def test_the_same_statement_again_changes_nothing_and_another_content_is_a_conflict(lrs: Program) -> None:
    sent = a_statement()
    assert lrs.post(sent).status_code == 200
    assert lrs.post(sent).status_code == 200
    again = sent | {"verb": sent["verb"] | {"display": {"de": "nahm teil"}}}  # how a verb is shown is not the statement
    assert lrs.send("PUT", "statements", {"statementId": sent["id"]}, again).status_code == 204
    other = sent | {"verb": {"id": "http://example.com/other"}}
    assert lrs.post(other).status_code == 409
    assert lrs.send("PUT", "statements", {"statementId": sent["id"]}, other).status_code == 409
    assert XapiStatement.objects.count() == 1
    assert LogRecord.objects.filter(kind=STATEMENTS_STORED).count() == 1


@pytest.mark.parametrize(
    ("duration", "status"),
    [
        ("P1DT1.12S", 200),
        ("P1DT1.1299S", 200),
        ("P1DT1,123S", 200),
        ("P1DT1.13S", 409),
        ("P1DT1.1S", 409),
        ("P1DT1S", 409),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_durations_are_compared_to_the_hundredth_of_a_second(
    lrs: Program, duration: str, status: int, inside: bool
) -> None:
    sent = a_statement(result={"duration": "P1DT1.1234S"})
    again = sent | {"result": {"duration": duration}}
    if inside:
        sent, again = (
            a_statement(
                id=sent["id"], object={key: each[key] for key in each if key != "id"} | {"objectType": "SubStatement"}
            )
            for each in (sent, again)
        )
    assert lrs.post(sent).status_code == 200
    assert lrs.post(again).status_code == status
    assert json.loads(lrs.get("statements", statementId=sent["id"]).content)["object"] == sent["object"]


def test_a_duration_without_a_fraction_is_one_with_zeros(lrs: Program) -> None:
    sent = a_statement(result={"duration": "PT1S"})
    lrs.post(sent)
    assert lrs.post(sent | {"result": {"duration": "PT1.00S"}}).status_code == 200
    assert lrs.post(sent | {"result": {"duration": "PT1M"}}).status_code == 409


def test_one_id_twice_in_a_batch_is_refused(lrs: Program) -> None:
    sent = a_statement()
    assert lrs.post(sent, sent).status_code == 400


def test_put_needs_the_id_in_the_address_and_takes_no_other(lrs: Program) -> None:
    sent = a_statement()
    assert lrs.send("PUT", "statements", {}, sent).status_code == 400
    assert lrs.send("PUT", "statements", {"statementId": str(uuid4())}, sent).status_code == 400
    assert lrs.send("PUT", "statements", {"statementId": "true"}, sent).status_code == 400
    assert lrs.send("PUT", "statements", {"statementId": sent["id"]}, a_statement(id=None)).status_code == 204
    assert lrs.ids() == [sent["id"]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"actor": {}, "actor": {}}',
        b'{"result": {"score": {"raw": NaN}}}',
        b'{"a": "\\ud800"}',
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_what_is_no_json_of_statements_is_refused(lrs: Program, body: bytes) -> None:
    assert lrs.send("POST", "statements", body=body).status_code == 400


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""])
def test_other_types_of_content_are_refused(lrs: Program, content_type: str) -> None:
    body = json.dumps(a_statement()).encode()
    assert lrs.send("POST", "statements", body=body, content_type=content_type).status_code == 400


def test_too_large_a_request_is_refused_as_that(lrs: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.xapi.protocol.LARGEST_BODY", 100)
    assert lrs.post(a_statement()).status_code == 413


def test_what_the_client_says_of_stored_and_authority_is_replaced(lrs: Program) -> None:
    said = {"objectType": "Agent", "mbox": "mailto:somebody@example.com"}
    sent = a_statement(stored="2011-07-15T00:00:00.000Z", authority=said)
    lrs.post(sent)
    told = json.loads(lrs.get("statements", statementId=sent["id"]).content)
    assert told["stored"] > "2026" and told["authority"] != said


def test_numbers_keep_their_precision(lrs: Program) -> None:
    score = {"min": 0.12123434, "raw": 12.125, "max": 45.45, "scaled": 0.6767676}
    sent = a_statement(result={"score": score})
    lrs.post(sent)
    assert json.loads(lrs.get("statements", statementId=sent["id"]).content)["result"]["score"] == score


def test_single_context_activities_are_told_as_arrays(lrs: Program) -> None:
    sent = a_statement(context={"contextActivities": {"parent": {"id": "http://example.com/p"}}})
    lrs.post(sent)
    told = json.loads(lrs.get("statements", statementId=sent["id"]).content)
    assert told["context"]["contextActivities"] == {"parent": [{"id": "http://example.com/p"}]}


def test_version_two_is_spoken_too(program: MakeProgram) -> None:
    second = program("all", version="2.0.0")
    agent = {
        "objectType": "contextAgent",
        "agent": {"mbox": "mailto:a@example.com"},
        "relevantTypes": ["http://e.com/t"],
    }
    sent = a_statement(context={"contextAgents": [agent]}, timestamp="2026-01-01T00:00:00Z")
    assert second.post(sent).status_code == 200
    answer = second.get("statements", statementId=sent["id"])
    assert answer["X-Experience-API-Version"] == "2.0.0" and "Last-Modified" in answer
    assert json.loads(answer.content)["version"] == "2.0.0"
    assert second.ids(agent={"mbox": "mailto:a@example.com"}, related_agents=True) == [sent["id"]]
    first = program("all")
    assert first.post(sent | {"id": str(uuid4())}).status_code == 400  # 1.0.3 knows no contextAgents


def test_nobody_rewrites_a_stored_statement(lrs: Program) -> None:
    lrs.post(a_statement())
    with pytest.raises(DatabaseError), transaction.atomic():
        XapiStatement.objects.update(body="{}")
