"""Values as people write them."""

from typing import Any

import pytest

from analytics.domain.sentence import fill, words
from analytics.domain.units import Unit


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("counted_ms", 760_000, "12 分 40 秒", "12 min 40 s"),
        ("counted_ms", 999, "0 秒", "0 s"),
        ("counted_ms", 3_600_000, "1 小时", "1 h"),
        ("counted_ms", -5, "0 秒", "0 s"),
        ("waited_seconds", 61, "1 分 01 秒", "1 min 01 s"),
        ("wall_from", "2026-05-09T01:30:00.000Z", "2026-05-09 09:30:00", "2026-05-09 09:30:00"),
        ("issued_at", "not a time", "not a time", "not a time"),
        ("issued_at", "2026-05-09T01:30:00", "2026-05-09T01:30:00", "2026-05-09T01:30:00"),
        ("beats", 12, "12", "12"),
        ("late", True, "是", "yes"),
        ("late", False, "否", "no"),
        ("title", "", "…", "…"),
        ("title", None, "…", "…"),
        ("names", ["甲", "乙"], "甲、乙", "甲, 乙"),
        ("names", [], "无", "none"),
        ("filter", {}, "无", "none"),
        ("filter", {"kind": "a.b_done", "n_ms": 1000}, "kind a.b_done、n_ms 1 秒", "kind a.b_done, n_ms 1 s"),
        ("seconds", 2_700, "45 分 00 秒", "45 min 00 s"),
        ("seconds", 5_400, "1 小时 30 分", "1 h 30 min"),
        ("seconds", 3_605, "1 小时 0 分 05 秒", "1 h 0 min 05 s"),
        ("seconds", -2_700, "−45 分 00 秒", "−45 min 00 s"),
        ("amount_minor", 384_000, "¥3,840.00", "¥3,840.00"),
        ("amount_minor", -5, "−¥0.05", "−¥0.05"),
        ("declared_hours", "12.5", "12.50", "12.50"),
        ("declared_hours", "25/3", "8.33", "8.33"),
        ("declared_hours", "-0.5", "-0.50", "-0.50"),
        ("declared_hours", "many", "many", "many"),
        ("source_bytes", 53_000_000, "50.5 MB", "50.5 MB"),
        ("source_bytes", 0, "0 B", "0 B"),
        ("file_sha256", "a3f1" * 16, "a3f1a3f1a3f1…", "a3f1a3f1a3f1…"),
        ("digest", "none", "none", "none"),
        ("edition_uuid", "3f2a9c1e-0b7d-4e55-9a1b-2c3d4e5f6071", "编号 3f2a9c1e", "no. 3f2a9c1e"),
        ("region_code", "500000", "500000", "500000"),
        ("spans", [[0, 1_000], [5_000, 3_661_000]], "0:00–0:01、0:05–1:01:01", "0:00–0:01, 0:05–1:01:01"),
        ("spans", ["?"], "?", "?"),
    ],
)
def test_a_value_is_told_by_the_unit_in_its_name(name: str, value: Any, zh: str, en: str) -> None:
    assert words(name, value, language="zh") == zh
    assert words(name, value, language="en") == en


def test_a_code_is_told_by_its_name_where_one_is_known() -> None:
    names = {(Unit.REGION, "500000"): "重庆市", (Unit.CLIENT, "3"): "省平台"}
    assert words("region_code", "500000", language="zh", names=names) == "重庆市"
    assert words("client", 3, language="zh", names=names) == "省平台"
    assert words("post_code", "500000", language="zh", names=names) == "500000", "a code of another unit"


def test_a_unit_that_is_given_goes_before_the_fields_name() -> None:
    assert words("seconds", -60, language="zh", unit=Unit.SECONDS_EITHER_WAY) == "1 分 00 秒"
    assert words("amount_minor", 500, language="en", currency="eur") == "EUR 5.00"


def test_braces_in_a_value_are_not_places() -> None:
    assert fill("{title}", {"title": "{actor} {0} {"}, language="zh") == "{actor} {0} {"
