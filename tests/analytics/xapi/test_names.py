"""The house's records as statements, and who learns names of persons."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from analytics.learning_log import actions as log
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.xapi.actions import roll_up
from analytics.xapi.domain.formats import is_duration
from analytics.xapi.domain.statement import FIRST, check_statement
from analytics.xapi.log_kinds import NAMES_GIVEN, PERSON_NAMED
from tests.analytics.xapi.conftest import MakeProgram, Program, a_statement

WATCHED = {
    "session_uuid": "7a1d2b6e-8f0c-4b0e-9b7e-0c8f6d1d2a11",
    "subject_uuid": "9b1d2b6e-8f0c-4b0e-9b7e-0c8f6d1d2a22",
    "video_uuid": "5c1d2b6e-8f0c-4b0e-9b7e-0c8f6d1d2a33",
    "spans": [[0, 12_500], [30_000, 45_000]],
    "counted_ms": 27_500,
    "wall_from": "2026-05-09T01:30:00.000Z",
    "wall_until": "2026-05-09T01:30:30.000Z",
    "beats": 3,
}
CREDITED = {
    "entry_uuid": "1b1d2b6e-8f0c-4b0e-9b7e-0c8f6d1d2a22",
    "category": "online",
    "seconds": "-27",
    "activity_day": "2026-05-09",
    "state": "final",
    "source_kind": "video",
    "source_ref": "",
    "post_code": "",
}
Seal = Callable[[], Sequenced]


@pytest.fixture
def told(db: None, append: Callable[..., LogRecord], seal: Seal) -> LogRecord:
    """A learner's watching, placed in the tree and told as a statement."""
    log.put_labels(kind="person", texts={"17": "砖小明"})
    record = append(kind="player.span_watched", learner_id=17, actor_id=17, subject="9b1d2b6e", payload=WATCHED)
    append()  # a kind that is not told
    seal()
    assert roll_up() == 2
    return record


def statement(program: Program, record: LogRecord, **params: Any) -> dict[str, Any]:
    answer = program.get("statements", statementId=str(record.uuid), **params)
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_watching_is_told_by_the_video_profile(told: LogRecord, program: MakeProgram) -> None:
    found = statement(program("statements/read"), told)
    check_statement({key: value for key, value in found.items()}, version=FIRST)
    assert found["verb"]["id"] == "https://w3id.org/xapi/video/verbs/paused"
    extensions = found["result"]["extensions"]
    assert extensions["https://w3id.org/xapi/video/extensions/played-segments"] == "0[.]12.5[,]30[.]45"
    assert extensions["https://w3id.org/xapi/video/extensions/time"] == 45
    assert found["result"]["duration"] == "PT27.5S"
    assert found["context"]["contextActivities"]["category"][0]["id"] == "https://w3id.org/xapi/video"
    assert found["timestamp"] == "2026-05-09T01:30:00.000Z"


def test_every_kind_that_is_told_is_told_as_a_valid_statement(
    append: Callable[..., LogRecord], seal: Seal, program: MakeProgram
) -> None:
    session = {"session_uuid": WATCHED["session_uuid"], "subject_uuid": "s", "video_uuid": "v", "token": 1}
    payloads: dict[str, dict[str, Any]] = {
        "player.session_opened": session,
        "player.session_closed": {**{k: session[k] for k in ("session_uuid", "subject_uuid")}, "reason": "left"},
        "player.span_watched": WATCHED,
        "enrolment.learner_enrolled": {"edition_uuid": "e", "course_title": "高支模"},
        "credit.hours_awarded": CREDITED | {"seconds": "27"},
        "credit.hours_reversed": CREDITED | {"reversed_uuid": "r", "reason": "x"},
    }
    for kind, payload in payloads.items():
        append(kind=kind, learner_id=17, subject="s", payload=payload)
    seal()
    roll_up()
    answer = json.loads(program("statements/read").get("statements", limit=0).content)
    assert len(answer["statements"]) == len(payloads)
    for each in answer["statements"]:
        check_statement(each, version=FIRST)
        assert is_duration(each.get("result", {}).get("duration", "PT0S"))


def test_telling_twice_tells_once_and_goes_on_where_it_ended(
    told: LogRecord, append: Callable[..., LogRecord], seal: Seal, program: MakeProgram
) -> None:
    assert roll_up() == 0
    for _ in range(3):
        append(kind="player.span_watched", learner_id=17, subject="x", payload=WATCHED)
    seal()
    assert [roll_up(most=2) for _ in range(3)] == [2, 1, 0]
    assert len(program("statements/read").ids()) == 4


def test_persons_are_found_by_their_account_and_named_only_with_the_scope(
    told: LogRecord, program: MakeProgram
) -> None:
    reader, named = program("statements/read"), program("statements/read", "names")
    account = statement(reader, told)["actor"]
    assert account == {"objectType": "Agent", "account": {"homePage": "http://127.0.0.1:8000", "name": "person-17"}}
    assert reader.ids(agent=account) == [str(told.uuid)]
    assert "砖小明" not in reader.get("statements", format="canonical").content.decode()
    assert "砖小明" not in program("all").get("statements").content.decode()
    assert not LogRecord.objects.filter(kind=NAMES_GIVEN).exists()
    assert statement(named, told)["actor"] == account | {"name": "砖小明"}
    (record,) = LogRecord.objects.filter(kind=NAMES_GIVEN)
    assert record.payload == {"client": named.id, "statements": 1}


def test_who_is_forgotten_is_named_no_more(told: LogRecord, program: MakeProgram) -> None:
    log.forget_label(kind="person", key="17")
    assert "name" not in statement(program("statements/read", "names"), told)["actor"]


def test_mine_is_not_the_houses(told: LogRecord, program: MakeProgram) -> None:
    mine = program("statements/write", "statements/read/mine")
    sent = a_statement()
    mine.post(sent)
    assert mine.ids() == [sent["id"]]
    assert mine.get("statements", statementId=str(told.uuid)).status_code == 404


def test_the_houses_statements_cannot_be_voided(told: LogRecord, lrs: Program) -> None:
    void = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    lrs.post(a_statement(verb=void, object={"objectType": "StatementRef", "id": str(told.uuid)}))
    statement(lrs, told)


def test_others_see_pseudonyms_of_whom_a_program_names(lrs: Program, program: MakeProgram) -> None:
    openid = {"openid": "http://openid.example.com/anna", "name": "Anna"}
    sent = a_statement(
        context={"instructor": openid, "team": {"objectType": "Group", "name": "班组", "member": [openid]}}
    )
    lrs.post(sent)
    for scopes in (("statements/read",), ("all/read",), ("all",)):
        other = program(*scopes)
        for form in ("exact", "ids", "canonical"):
            text = other.get("statements", format=form).content.decode()
            assert not [
                word for word in ("zhuan@example.com", "砖小明", "Anna", "openid.example", "班组") if word in text
            ]
        hashed = json.loads(other.get("statements").content)["statements"][0]["actor"]
        assert set(hashed) == {"objectType", "mbox_sha1sum"}
        person = other.get("agents", agent=sent["actor"] | {"name": "?"}).content.decode()
        assert "砖小明" not in person
    assert json.loads(lrs.get("statements").content)["statements"][0]["actor"] == sent["actor"]
    named = program("statements/read", "names")
    assert json.loads(named.get("statements").content)["statements"][0]["actor"] == sent["actor"]
    assert LogRecord.objects.filter(kind=NAMES_GIVEN).count() == 1
    assert not LogRecord.objects.filter(kind=PERSON_NAMED).exists()  # nobody was told a name so far
    assert "砖小明" in named.get("agents", agent={"mbox": sent["actor"]["mbox"]}).content.decode()
    (look,) = LogRecord.objects.filter(kind=PERSON_NAMED)
    assert (look.payload["client"], look.payload["names"]) == (named.id, 1)
    assert "砖小明" not in bytes(look.canonical).decode()
    assert "砖小明" in lrs.get("agents", agent={"mbox": sent["actor"]["mbox"]}).content.decode()  # its own statements
    assert LogRecord.objects.filter(kind=PERSON_NAMED).count() == 1
