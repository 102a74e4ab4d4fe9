"""Values as people write them."""

from typing import Any

import pytest

from analytics.domain.sentence import fill, words


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("counted_ms", 760_000, "12 分 40 秒", "12 min 40 s"),
        ("counted_ms", 999, "0 秒", "0 s"),
        ("counted_ms", 3_600_000, "1 小时", "1 h"),
        ("counted_ms", -5, "0 秒", "0 s"),
        ("waited_seconds", 61, "1 分 1 秒", "1 min 1 s"),
        ("wall_from", "2026-05-09T01:30:00.000Z", "2026-05-09 09:30:00", "2026-05-09 09:30:00"),
        ("issued_at", "not a time", "not a time", "not a time"),
        ("issued_at", "2026-05-09T01:30:00", "2026-05-09T01:30:00", "2026-05-09T01:30:00"),
        ("beats", 12, "12", "12"),
        ("late", True, "是", "yes"),
        ("late", False, "否", "no"),
        ("title", "", "…", "…"),
        ("title", None, "…", "…"),
        ("names", ["甲", "乙"], "甲、乙", "甲、乙"),
        ("names", [], "无", "none"),
        ("filter", {}, "无", "none"),
        ("filter", {"kind": "a.b_done", "n_ms": 1000}, "kind a.b_done、n_ms 1 秒", "kind a.b_done、n_ms 1 s"),
    ],
)
def test_a_value_is_told_by_the_unit_in_its_name(name: str, value: Any, zh: str, en: str) -> None:
    assert words(name, value, language="zh") == zh
    assert words(name, value, language="en") == en


def test_braces_in_a_value_are_not_places() -> None:
    assert fill("{title}", {"title": "{actor} {0} {"}, language="zh") == "{actor} {0} {"
