"""Canonical bytes and leaf hashes: the golden vectors, what is refused, and what a verifier finds first."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.record import NotCanonical, Record, canonical_bytes, first_fault, floor_ms, leaf_hash, utc_text

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "record_v1.json").read_text(encoding="utf-8"))
PLAIN = Record(
    uuid=UUID(int=1),
    kind="test.thing_done",
    actor_id=1,
    learner_id=2,
    subject="lesson",
    happened_at=datetime(2026, 5, 9, 1, 30, tzinfo=UTC),
    recorded_at=datetime(2026, 5, 9, 1, 30, 1, tzinfo=UTC),
    payload={"spans": [[0, 25_000]], "what": "看课"},
)

payloads = st.dictionaries(
    st.from_regex(r"[A-Za-z0-9_.:-]{1,64}", fullmatch=True),
    st.recursive(
        st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcXYZ"), inner, max_size=4),
        max_leaves=8,
    ),
    max_size=5,
)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_golden_vectors_stand(vector: dict[str, Any]) -> None:
    given_record = vector["record"]
    record = Record(
        uuid=UUID(given_record["uuid"]),
        kind=given_record["kind"],
        actor_id=given_record.get("actor_id"),
        learner_id=given_record.get("learner_id"),
        subject=given_record["subject"],
        happened_at=datetime.fromisoformat(given_record["happened_at"]),
        recorded_at=datetime.fromisoformat(given_record["recorded_at"]),
        payload=given_record["payload"],
    )
    assert canonical_bytes(record).hex() == vector["canonical_hex"]
    assert leaf_hash(canonical_bytes(record)).hex() == vector["leaf_hash_hex"]


def test_the_leaf_hash_of_nothing_is_the_one_printed_in_the_rfc_literature() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == hashlib.sha256(b"\x00L123456").hexdigest()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"payload": {"x": 1.5}}, "float"),
        ({"payload": {"x": None}}, "NoneType"),
        ({"payload": {"x": [{"y": 0.0}]}}, r"payload\.x\[0\]\.y"),
        ({"payload": {"x": b"bytes"}}, "bytes"),
        ({"payload": {"x": {1, 2}}}, "set"),
        ({"payload": {"x": datetime(2026, 1, 1, tzinfo=UTC)}}, "datetime"),
        ({"payload": {"x": 2**53}}, "2\\^53"),
        ({"payload": {"x": -(2**53)}}, "2\\^53"),
        ({"payload": {"中文": 1}}, "key"),
        ({"payload": {"": 1}}, "key"),
        ({"payload": {7: 1}}, "key"),
        ({"payload": {"x": "\x00"}}, "NUL"),
        ({"payload": {"x": "\ud83d"}}, "surrogate"),
        ({"subject": "\udc00"}, "surrogate"),
        ({"happened_at": datetime(2026, 5, 9)}, "time zone"),
        ({"actor_id": 2**60}, "actor_id"),
    ],
)
def test_what_two_readers_could_read_differently_has_no_bytes(change: dict[str, Any], why: str) -> None:
    with pytest.raises(NotCanonical, match=why):
        canonical_bytes(replace(PLAIN, **change))


def test_nesting_has_an_end() -> None:
    deep: Any = 1
    for _ in range(8):
        deep = [deep]
    canonical_bytes(replace(PLAIN, payload={"x": deep[0]}))
    with pytest.raises(NotCanonical, match="deeper"):
        canonical_bytes(replace(PLAIN, payload={"x": [deep]}))


def test_one_moment_has_one_spelling_in_every_zone() -> None:
    shanghai = datetime(2026, 5, 9, 9, 30, 0, 123_999, tzinfo=timezone(timedelta(hours=8)))
    assert utc_text(shanghai) == "2026-05-09T01:30:00.123Z"
    assert utc_text(datetime(33, 1, 1, tzinfo=UTC)) == "0033-01-01T00:00:00.000Z"
    assert floor_ms(shanghai) == datetime(2026, 5, 9, 1, 30, 0, 123_000, tzinfo=UTC)


@given(payloads)
def test_the_order_in_which_fields_were_given_does_not_matter(payload: dict[str, Any]) -> None:
    backwards = dict(reversed(payload.items()))
    assert canonical_bytes(replace(PLAIN, payload=payload)) == canonical_bytes(replace(PLAIN, payload=backwards))


@given(payloads)
def test_what_any_json_reader_gets_back_gives_the_same_bytes(payload: dict[str, Any]) -> None:
    canonical = canonical_bytes(replace(PLAIN, payload=payload))
    read = json.loads(canonical[1:])
    assert canonical_bytes(replace(PLAIN, payload=read["payload"])) == canonical


@given(payloads, payloads)
def test_different_payloads_never_share_bytes(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    same_bytes = canonical_bytes(replace(PLAIN, payload=one)) == canonical_bytes(replace(PLAIN, payload=other))
    assert same_bytes == same


def test_a_whole_record_has_no_fault() -> None:
    canonical = canonical_bytes(PLAIN)
    assert first_fault(PLAIN, canonical, leaf_hash(canonical)) == ""


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda r, c, h: (r, c, h[:-1] + b"\x00"), "leaf_hash"),
        (lambda r, c, h: (r, c + b" ", h), "leaf_hash"),
        (lambda r, c, h: (r, b"\x02" + c[1:], leaf_hash(b"\x02" + c[1:])), "version"),
        (lambda r, c, h: (r, b"", leaf_hash(b"")), "version"),
        (lambda r, c, h: (r, b"\x01not json", leaf_hash(b"\x01not json")), "canonical"),
        (lambda r, c, h: (r, b"\x01[]", leaf_hash(b"\x01[]")), "canonical"),
        (lambda r, c, h: (r, c + b" ", leaf_hash(c + b" ")), "canonical"),
        (lambda r, c, h: (replace(r, learner_id=3), c, h), "learner_id"),
        (lambda r, c, h: (replace(r, actor_id=None), c, h), "actor_id"),
        (lambda r, c, h: (replace(r, kind="test.other_done"), c, h), "kind"),
        (lambda r, c, h: (replace(r, subject=""), c, h), "subject"),
        (lambda r, c, h: (replace(r, uuid=UUID(int=2)), c, h), "uuid"),
        (lambda r, c, h: (replace(r, happened_at=r.recorded_at), c, h), "happened_at"),
        (lambda r, c, h: (replace(r, recorded_at=r.happened_at), c, h), "recorded_at"),
        (lambda r, c, h: (replace(r, payload={**r.payload, "spans": [[0, 26_000]]}), c, h), "payload"),
        (lambda r, c, h: (replace(r, payload={"x": 1.5}), c, h), "payload"),
        (lambda r, c, h: (replace(r, actor_id=True), c, h), "actor_id"),
    ],
)
def test_the_first_thing_that_is_wrong_is_named(tamper: Callable[..., tuple[Record, bytes, bytes]], fault: str) -> None:
    canonical = canonical_bytes(PLAIN)
    assert first_fault(*tamper(PLAIN, canonical, leaf_hash(canonical))) == fault


def test_the_bytes_are_those_of_a_sorting_json_writer() -> None:
    """By the plain way that the first version of this file took: whole, sorted, by Python's own writer."""
    at = datetime(2026, 5, 9, 1, 30, 0, 123_000, tzinfo=UTC)
    payload: Any = {
        "zeit": 3,
        "a": ["\u2028", '"\\', {"β".encode().hex(): True, "B": -1}],
        "空".encode().hex(): "课\x7f\n",
    }
    for actor, learner in ((None, None), (1, None), (None, 2), (3, 4)):
        record = Record(UUID(int=7), "test.thing_done", actor, learner, '主题 "x"', at, at, payload)
        fields = {"kind": record.kind, "subject": record.subject, "payload": payload, "uuid": str(record.uuid),
                  "happened_at": "2026-05-09T01:30:00.123Z", "recorded_at": "2026-05-09T01:30:00.123Z"}  # fmt: skip
        fields |= {"actor_id": actor} if actor is not None else {}
        fields |= {"learner_id": learner} if learner is not None else {}
        whole = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert canonical_bytes(record) == b"\x01" + whole.encode()
