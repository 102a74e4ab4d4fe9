"""Watching is told as the video profile of xAPI (1.0.3) has it: what each of its templates wants to be said is said."""

import json
from collections.abc import Callable
from typing import Any

from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.xapi.actions import roll_up
from analytics.xapi.domain.statement import FIRST, SECOND, check_statement
from tests.analytics.xapi.conftest import MakeProgram, Program

VIDEO = "https://w3id.org/xapi/video"
SESSION, OTHER = "7a1d2b6e-8f0c-4b0e-9b7e-0c8f6d1d2a11", "7a1d2b6e-8f0c-4b0e-9b7e-0c8f6d1d2a12"
WALL = {"wall_from": "2026-05-09T01:30:00.000Z", "wall_until": "2026-05-09T01:35:00.000Z"}
LENGTH_MS = 90_500

# By the profile's name of a template: its verb, what the context and what the result must say.
TEMPLATES = {
    "initialized": ("http://adlnet.gov/expapi/verbs/initialized", {"length", "session-id"}, set[str]()),
    "paused": (f"{VIDEO}/verbs/paused", {"length", "session-id"}, {"time", "progress", "played-segments"}),
    "terminated": (
        "http://adlnet.gov/expapi/verbs/terminated",
        {"length", "session-id"},
        {"time", "progress", "played-segments"},
    ),
}
Append = Callable[..., LogRecord]
Seal = Callable[[], Sequenced]


def told(append: Append, seal: Seal, program: Program, **optional: int) -> dict[str, list[dict[str, Any]]]:
    """One sitting with another one in between, as a learner's log has it; its statements by their verb."""

    def one(kind: str, session: str, **more: Any) -> None:
        payload = {"session_uuid": session, "subject_uuid": "s", **more}
        append(kind=f"player.{kind}", learner_id=17, actor_id=17, subject="s", payload=payload)

    def span(session: str, covered_ms: int, *spans: list[int]) -> None:
        counted = sum(end - start for start, end in spans)
        covered = {"covered_ms": covered_ms} if optional else {}
        what = {"spans": list(spans), "counted_ms": counted, "beats": 3}
        one("span_watched", session, video_uuid="v", **what, **WALL, **optional, **covered)

    one("session_opened", SESSION, video_uuid="v", token=1, **optional)
    span(SESSION, 27_500, [0, 12_500], [30_000, 45_000])
    span(OTHER, 30_000, [12_500, 15_000])
    span(SESSION, 45_250, [45_000, 60_250])
    covered = {"covered_ms": 45_250} if optional else {}
    one("session_closed", SESSION, reason="left", **optional, **covered)
    seal()
    roll_up()
    found: dict[str, list[dict[str, Any]]] = {}
    for each in json.loads(program.get("statements", ascending=True).content)["statements"]:
        found.setdefault(each["verb"]["id"], []).append(each)
    return found


def extensions(part: dict[str, Any]) -> dict[str, Any]:
    start = f"{VIDEO}/extensions/"
    return {key.removeprefix(start): each for key, each in part["extensions"].items() if key.startswith(start)}


def test_each_statement_says_what_its_template_wants(append: Append, seal: Seal, program: MakeProgram) -> None:
    by_verb = told(append, seal, program("statements/read"), length_ms=LENGTH_MS)
    assert set(by_verb) == {verb for verb, _, _ in TEMPLATES.values()}
    for verb, in_context, in_result in TEMPLATES.values():
        for each in by_verb[verb]:
            for version in (FIRST, SECOND):
                check_statement(each, version=version)
            assert each["object"]["definition"]["type"] == f"{VIDEO}/activity-type/video"
            assert each["context"]["contextActivities"]["category"] == [{"objectType": "Activity", "id": VIDEO}]
            assert in_context == set(extensions(each["context"]))
            assert extensions(each["context"])["length"] == 90.5
            assert in_result == (set(extensions(each["result"])) if "result" in each else set())


def test_what_was_played_and_how_far_that_is(append: Append, seal: Seal, program: MakeProgram) -> None:
    by_verb = told(append, seal, program("statements/read"), length_ms=LENGTH_MS)
    first, _, third = (extensions(each["result"]) for each in by_verb[TEMPLATES["paused"][0]])
    assert first == {"time": 45, "played-segments": "0[.]12.5[,]30[.]45", "progress": 0.3039}
    assert third == {"time": 60.25, "played-segments": "45[.]60.25", "progress": 0.5}
    (end,) = (extensions(each["result"]) for each in by_verb[TEMPLATES["terminated"][0]])
    assert end == {"time": 60.25, "played-segments": "0[.]12.5[,]30[.]60.25", "progress": 0.5}


def test_records_from_before_lengths_were_told_are_still_valid(
    append: Append, seal: Seal, program: MakeProgram
) -> None:
    by_verb = told(append, seal, program("statements/read"))
    for statements in by_verb.values():
        for each in statements:
            check_statement(each, version=FIRST)
            assert "length" not in extensions(each["context"])
            assert "progress" not in extensions(each.get("result", {"extensions": {}}))
