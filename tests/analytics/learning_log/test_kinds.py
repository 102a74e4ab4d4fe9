"""Registering kinds, and telling a record as a sentence."""

import pytest

from analytics.learning_log import kinds
from analytics.learning_log.kinds import BadKind, Kind


@pytest.mark.parametrize(
    "kind",
    [
        Kind("thing_done", zh="", en="", fields={}),
        Kind("Test.thing_done", zh="", en="", fields={}),
        Kind("test.thing-done", zh="", en="", fields={}),
        Kind("test.strangers_named", zh="{who}", en="", fields={}),
        Kind("test.strangers_named", zh="", en="{who}", fields={"what": "x"}),
        Kind("test.names_shadowed", zh="", en="", fields={"actor": "x"}),
        Kind("test.fields_doubled", zh="", en="", fields={"x": "x"}, optional={"x": "y"}),
        Kind("test.thing_done", zh="another meaning", en="", fields={}),
    ],
    ids=lambda kind: f"{kind.name} {kind.zh}",
)
def test_a_registration_that_contradicts_itself_is_refused(kind: Kind) -> None:
    with pytest.raises(BadKind):
        kinds.register(kind)


def test_the_same_registration_twice_is_harmless() -> None:
    kind = Kind("test.door_opened", zh="{actor} 开门", en="{actor} opened the door", fields={})
    kinds.register(kind)
    kinds.register(Kind("test.door_opened", zh="{actor} 开门", en="{actor} opened the door", fields={}))
    assert kinds.find("test.door_opened") == kind
    assert kind in list(kinds.registered())


def test_a_record_reads_as_a_sentence_in_both_languages() -> None:
    values = {"actor": "砖小明", "subject": "高支模", "what": "测量"}
    assert kinds.sentence("test.thing_done", values, language="zh") == "砖小明 对 高支模 做了 测量"
    assert kinds.sentence("test.thing_done", values, language="en") == "砖小明 did 测量 to 高支模"


def test_a_sentence_survives_whatever_is_missing() -> None:
    assert kinds.sentence("test.thing_done", {}, language="zh") == "… 对 … 做了 …"
    assert "test.gone_away" in kinds.sentence("test.gone_away", {}, language="zh")
    assert "test.gone_away" in kinds.sentence("test.gone_away", {"what": 1}, language="en")


def test_coded_values_are_told_in_words() -> None:
    kinds.register(
        Kind(
            "test.watch_ended",
            zh="结束：{reason}",
            en="ended: {reason}",
            fields={"reason": "code"},
            words={"reason": {"left": ("离开页面", "left the page")}},
        )
    )
    assert kinds.sentence("test.watch_ended", {"reason": "left"}, language="zh") == "结束：离开页面"
    assert kinds.sentence("test.watch_ended", {"reason": "left"}, language="en") == "ended: left the page"
    assert kinds.sentence("test.watch_ended", {"reason": "new one"}, language="zh") == "结束：new one"


def test_a_kind_without_a_label_lends_its_sentence() -> None:
    kind = Kind(
        "test.page_printed",
        zh="打印《{title}》（{n}）",
        en="printed “{title}”",
        fields={"title": "title", "n": "pages"},
    )
    assert (kind.label("zh"), kind.label("en")) == ("打印", "printed")
