"""Frames: what is a beat, and everything that is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.heartbeat import Beat
from player.watching.actions import Reply
from player.watching.protocol import BadFrame, parse_beat, reply

GOOD: dict[str, Any] = {
    "type": "beat",
    "seq": 1,
    "position_ms": 5_000,
    "playing": True,
    "visible": True,
    "rate_percent": 100,
}


def test_a_beat_is_read() -> None:
    assert parse_beat(json.dumps(GOOD)) == Beat(seq=1, position_ms=5_000, playing=True)
    full = {**GOOD, "seeking": True, "leaving": True, "visible": False, "rate_percent": 50}
    assert parse_beat(json.dumps(full)) == Beat(
        seq=1, position_ms=5_000, playing=True, visible=False, seeking=True, rate_percent=50, leaving=True
    )


BAD = {
    "nothing": "",
    "no JSON": "beat",
    "an array": "[]",
    "a number": "1",
    "null": "null",
    "another type": json.dumps({**GOOD, "type": "finish"}),
    "no type": json.dumps({key: GOOD[key] for key in GOOD if key != "type"}),
    "no sequence": json.dumps({key: GOOD[key] for key in GOOD if key != "seq"}),
    "an unknown key": json.dumps({**GOOD, "counted_ms": 36_000_000}),
    "a key twice": '{"type":"beat","seq":1,"seq":2,"position_ms":0,"playing":true,"visible":true,"rate_percent":100}',
    "a bool as a number": json.dumps({**GOOD, "seq": True}),
    "a number as a bool": json.dumps({**GOOD, "playing": 1}),
    "a text as a number": json.dumps({**GOOD, "seq": "1"}),
    "a fraction": json.dumps({**GOOD, "position_ms": 1.5}),
    "a whole float": json.dumps({**GOOD, "position_ms": 5.0}),
    "an exponent": json.dumps(GOOD).replace("5000", "5e3"),
    "NaN": json.dumps({**GOOD, "position_ms": float("nan")}),
    "Infinity": json.dumps({**GOOD, "position_ms": float("inf")}),
    "a negative position": json.dumps({**GOOD, "position_ms": -1}),
    "sequence zero": json.dumps({**GOOD, "seq": 0}),
    "two to the 63": json.dumps({**GOOD, "seq": 2**63}),
    "four thousand digits": json.dumps(GOOD).replace("5000", "9" * 4_000),
    "null for a number": json.dumps({**GOOD, "seq": None}),
    "an object for a number": json.dumps({**GOOD, "seq": {}}),
    "rate zero": json.dumps({**GOOD, "rate_percent": 0}),
    "a lone surrogate": '{"type":"\\ud800"}',
    "a raw lone surrogate": '{"type":"\ud800"}',
    "deep brackets": "[" * 4_000,
    "deep objects": '{"a":' * 800,
    "too long": json.dumps(GOOD) + " " * 4_096,
    "two objects": json.dumps(GOOD) * 2,
    "a byte order mark": "\ufeff" + json.dumps(GOOD),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_what_is_not_a_beat_is_refused(text: str) -> None:
    with pytest.raises(BadFrame):
        parse_beat(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(GOOD)), json_values)
def test_any_value_in_any_place_is_a_beat_or_refused(key: str, value: object) -> None:
    try:
        beat = parse_beat(json.dumps({**GOOD, key: value}))
    except BadFrame:
        return
    assert type(beat.seq) is int
    assert type(beat.position_ms) is int
    assert type(beat.playing) is bool


@given(st.text(max_size=300))
def test_any_text_is_a_beat_or_refused(text: str) -> None:
    with pytest.raises(BadFrame):
        parse_beat(text)


def test_a_reply_leaves_out_what_there_is_nothing_to_say_of() -> None:
    plain = Reply(seq=3, accepted=True, counted_ms=5_000, credited_ms=5_000, furthest_ms=5_000, spans=((0, 5_000),))
    assert reply(plain) == {
        "type": "reply",
        "seq": 3,
        "result": "accepted",
        "counted_ms": 5_000,
        "credited_ms": 5_000,
        "furthest_ms": 5_000,
        "spans": [[0, 5_000]],
    }
    ahead = Reply(4, False, 5_000, 0, 5_000, reason="seek_ahead", go_back_to_ms=0)
    assert reply(ahead)["go_back_to_ms"] == 0
    assert reply(ahead)["result"] == "refused"
