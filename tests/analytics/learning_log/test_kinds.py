"""Registering kinds, and telling a record as a sentence."""

import pytest

from analytics.domain.units import Unit
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
        Kind("test.words_astray", zh="", en="", fields={}, words={"reason": {"a": ("一", "one")}}),
        Kind("test.units_astray", zh="", en="", fields={}, units={"reason": Unit.HOURS}),
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


def test_codes_in_lists_and_answers_are_told_in_words() -> None:
    kinds.register(
        Kind(
            "test.try_ended",
            zh="{passed}：{reasons}",
            en="{passed}: {reasons}",
            fields={"passed": "true or false", "reasons": "codes"},
            words={
                "passed": {"true": ("通过", "passed"), "false": ("未通过", "failed")},
                "reasons": {"dark": ("太暗", "too dark"), "small": ("太远", "too far")},
            },
        )
    )
    values = {"passed": False, "reasons": ["dark", "small", "unheard"]}
    assert kinds.sentence("test.try_ended", values, language="zh") == "未通过：太暗、太远、unheard"
    assert kinds.sentence("test.try_ended", values, language="en") == "failed: too dark, too far, unheard"


def test_money_is_told_in_the_records_own_currency() -> None:
    kinds.register(
        Kind(
            "test.money_paid",
            zh="付 {amount_minor}",
            en="{amount_minor}",
            fields={"amount_minor": "x", "currency": "x"},
        )
    )
    assert kinds.sentence("test.money_paid", {"amount_minor": 500, "currency": "eur"}, language="zh") == "付 EUR 5.00"
    assert kinds.sentence("test.money_paid", {"amount_minor": 500}, language="zh") == "付 ¥5.00"


def test_the_same_day_is_said_once() -> None:
    kinds.register(
        Kind("test.time_held", zh="{from_at} 至 {until_at}", en="{from_at}", fields={"from_at": "x", "until_at": "x"})
    )
    values = {"from_at": "2026-05-09T01:30:00.000Z", "until_at": "2026-05-09T01:31:00.000Z"}
    assert kinds.sentence("test.time_held", values, language="zh") == "2026-05-09 09:30:00 至 09:31:00"
    late = values | {"until_at": "2026-05-09T16:00:00.000Z"}
    assert kinds.sentence("test.time_held", late, language="zh") == "2026-05-09 09:30:00 至 2026-05-10 00:00:00"


def test_what_was_searched_for_is_told_in_words() -> None:
    told = kinds.sentence(
        "audit.records_viewed",
        {
            "actor": "孙某",
            "filter": {"kind": "player.span_watched", "since": "2026-05-01", "learner_ref": "a" * 64, "looks": True},
            "shown": 3,
        },
        language="zh",
        names={(Unit.KIND, "player.span_watched"): "观看计时"},
    )
    assert told == (
        "孙某 查阅日志列表，条件：种类 观看计时、学员（所填文字另存）、含审计查阅、自 2026-05-01，列出 3 条"
    )


def test_a_kind_without_a_label_lends_its_sentence() -> None:
    kind = Kind(
        "test.page_printed",
        zh="打印《{title}》（{n}）",
        en="printed “{title}”",
        fields={"title": "title", "n": "pages"},
    )
    assert (kind.label("zh"), kind.label("en")) == ("打印", "printed")
