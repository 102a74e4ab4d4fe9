"""Records spelt together have the bytes that each has alone."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.alike import Alike
from analytics.domain.record import NotCanonical, Record, canonical_parts

AT = datetime(2026, 5, 9, 1, 30, 0, 123_000, tzinfo=UTC)
values = st.one_of(
    st.text(max_size=8).filter(lambda text: "\x00" not in text),
    st.sampled_from(('"', "\\", "测", "\x7f", "\u2028")),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.booleans(),
    st.lists(st.integers(0, 9), max_size=2),
)
payloads = st.dictionaries(st.sampled_from(("a", "b", "c_1", "d.e")), values, max_size=4)
told = st.tuples(st.none() | st.integers(1, 2**53 - 1), st.sampled_from(("", "课", "x", 'q"')), payloads)


@given(st.lists(told, max_size=6), st.none() | st.integers(1, 99))
def test_together_as_alone(records: list[tuple[int | None, str, dict[str, object]]], actor_id: int | None) -> None:
    alike = Alike("test.thing_done", actor_id, AT, AT)
    for learner_id, subject, payload in records:
        uuid = str(uuid4())
        alone = canonical_parts(Record(UUID(uuid), "test.thing_done", actor_id, learner_id, subject, AT, AT, payload))  # type: ignore[arg-type]  # whatever a payload may be
        assert alike.parts(uuid, learner_id, subject, payload) == alone  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("value", [1.5, None, 2**53, "\x00", "\ud800", {"bad key": 1}])
def test_what_has_no_bytes_alone_has_none_in_company(value: object) -> None:
    alike = Alike("test.thing_done", None, AT, AT)
    alike.parts(str(uuid4()), None, "", {"a": "x"})
    with pytest.raises(NotCanonical):
        alike.parts(str(uuid4()), None, "", {"a": value})  # type: ignore[dict-item]  # on purpose
    with pytest.raises(NotCanonical):
        alike.parts(str(uuid4()), None, "", {"bad key": "x"})
