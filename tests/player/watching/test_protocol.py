"""Frames: what is a beat, and everything that is not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.heartbeat import Beat
from player.watching.actions import Reply
from player.watching.protocol import BadFrame, Proof, parse_frame, parse_post, reply

MAC = "0f" * 32
GOOD: dict[str, Any] = {
    "type": "beat",
    "seq": 1,
    "position_ms": 5_000,
    "rate_percent": 100,
    "playing": True,
    "visible": True,
    "focused": True,
    "seeking": False,
    "leaving": False,
    "stretch": 0,
    "idle_ms": 0,
    "mac": MAC,
}
PROOF: dict[str, Any] = {"type": "proof", "nonce": "77" * 16, "segment": 190, "rendition": "720", "hmac": "a1" * 32}


def test_a_beat_is_read() -> None:
    mac = bytes.fromhex(MAC)
    assert parse_frame(json.dumps(GOOD)) == Beat(seq=1, position_ms=5_000, playing=True, mac=mac)
    more = {"seeking": True, "leaving": True, "visible": False, "focused": False, "rate_percent": 50, "stretch": 3}
    read = Beat(
        seq=1,
        position_ms=5_000,
        playing=True,
        visible=False,
        focused=False,
        seeking=True,
        leaving=True,
        rate_percent=50,
        stretch=3,
        idle_ms=9,
        mac=mac,
    )
    assert parse_frame(json.dumps({**GOOD, **more, "idle_ms": 9})) == read


def test_a_proof_is_read() -> None:
    assert parse_frame(json.dumps(PROOF)) == Proof(b"w" * 16, 190, "720", b"\xa1" * 32)
    assert parse_frame(json.dumps({**PROOF, "hmac": ""})) == Proof(b"w" * 16, 190, "720", b"")


def test_several_beats_are_read_and_nothing_else_among_them() -> None:
    assert parse_post(json.dumps({"type": "beats", "beats": [GOOD, GOOD]})) == [parse_frame(json.dumps(GOOD))] * 2
    assert parse_post(json.dumps(GOOD)) == parse_frame(json.dumps(GOOD))
    for beats in ([], [PROOF], [1], "beats", [GOOD] * 401, None):
        with pytest.raises(BadFrame):
            parse_post(json.dumps({"type": "beats", "beats": beats}))


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
    "no mac": json.dumps({key: GOOD[key] for key in GOOD if key != "mac"}),
    "a short mac": json.dumps({**GOOD, "mac": MAC[1:]}),
    "a mac in capitals": json.dumps({**GOOD, "mac": MAC.upper()}),
    "a mac of full-width digits": json.dumps({**GOOD, "mac": "１" * 64}),
    "a mac that is none": json.dumps({**GOOD, "mac": None}),
    "a proof with half an hmac": json.dumps({**PROOF, "hmac": "a1"}),
    "a proof of a long rendition": json.dumps({**PROOF, "rendition": "7" * 21}),
    "a proof without nonce": json.dumps({**PROOF, "nonce": ""}),
    "a proof of a negative segment": json.dumps({**PROOF, "segment": -1}),
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
        parse_frame(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted(GOOD)), json_values)
def test_any_value_in_any_place_is_a_beat_or_refused(key: str, value: object) -> None:
    try:
        beat = parse_frame(json.dumps({**GOOD, key: value}))
    except BadFrame:
        return
    assert isinstance(beat, Beat)
    assert type(beat.seq) is int
    assert type(beat.position_ms) is int
    assert type(beat.playing) is bool


@given(st.text(max_size=300))
def test_any_text_is_a_beat_or_refused(text: str) -> None:
    with pytest.raises(BadFrame):
        parse_frame(text)


def test_a_reply_leaves_out_what_there_is_nothing_to_say_of() -> None:
    plain = Reply(seq=3, accepted=True, counted_ms=5_000, credited_ms=5_000, furthest_ms=5_000, spans=((0, 5_000),))
    assert reply(plain) == {
        "type": "reply",
        "seq": 3,
        "result": "accepted",
        "counted_ms": 5_000,
        "pending_ms": 0,
        "credited_ms": 5_000,
        "furthest_ms": 5_000,
        "spans": [[0, 5_000]],
        "day_counted_ms": 0,
    }
    ahead = dict(reply(Reply(4, False, 5_000, 0, 5_000, reason="seek_ahead", go_back_to_ms=0)))
    assert (ahead["go_back_to_ms"], ahead["result"]) == (0, "refused")
    asking = dict(reply(Reply(5, True, 0, 0, 0, ask_nonce="77" * 16, ask_segment=3)))
    assert asking["ask"] == {"nonce": "77" * 16, "segment": 3}


def test_an_answer_to_a_proof_says_what_came_of_it() -> None:
    passed = dict(reply(Reply(0, True, 5_000, 5_000, 5_000, nonce="77" * 16, answered="passed")))
    assert (passed["type"], passed["nonce"], passed["result"]) == ("proof_reply", "77" * 16, "passed")
