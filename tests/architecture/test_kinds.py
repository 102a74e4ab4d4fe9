"""The kinds of log record, all rooms together: their names and their sentences."""

import re
from typing import Any

import pytest
from django.utils import translation

from analytics.domain.units import Unit
from analytics.learning_log.field_names import NAMES
from analytics.learning_log.kinds import Kind, register, registered, sentence
from lms.config.code_names import NAMERS

PREFIXES = {
    *("accounts", "notices", "organisations", "enrolment", "classroom", "credit", "certificates", "exchange"),
    *("reviews", "enterprise", "commerce"),
    *("content", "player", "proctoring", "audit", "xapi", "house"),
}
# Past participles that do not end in -ed.
IRREGULAR = re.compile(
    "withdrawn|sent|taken|given|kept|held|lost|found|begun|paid|drawn|chosen|written|read|seen|left|set|reset|put|built|made"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNIT_TWICE = re.compile(
    r"\{(\w+_ms|\w*seconds|\w+_minor|ours|theirs|\w+_bytes)\} ?"
    r"(毫秒|秒|分|字节|ms|s\b|seconds|milliseconds|bytes|minor)"
)
# What a sentence must not show: uuids, hashes, ISO times, names of kinds, codes with underscores.
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16}|\d{4}-\d\d-\d\dT|\b[a-z]+[._][a-z_.]+\b")
UUID_TEXT, HASH = "3f2a9c1e-0b7d-4e55-9a1b-2c3d4e5f6071", "a3f1" * 16
SAMPLES: dict[Unit, Any] = {
    Unit.PLAIN: 3,
    Unit.MILLISECONDS: 750_000,
    Unit.SECONDS: 2_700,
    Unit.SECONDS_EITHER_WAY: -2_700,
    Unit.MOMENT: "2026-05-09T01:30:00.000Z",
    Unit.MONEY: 384_000,
    Unit.HOURS: "25/3",
    Unit.BYTES: 53_000_000,
    Unit.FINGERPRINT: HASH,
    Unit.CONDITIONS: {"kind": "player.span_watched", "since": "2026-05-01", "learner_ref": HASH},
    Unit.STRETCHES: [[0, 1_000]],
    Unit.FAULT: "position 4 is missing",
}
# Codes of these units, by which a house names them.
CODES = {
    Unit.REGION: "500000",
    Unit.POST: "site_civil",
    Unit.RULES: "chongqing",
    Unit.RULE_VALUE: "hours.total",
    Unit.NOTICE: "reviews.claim_accepted",
    Unit.KIND: "player.span_watched",
    Unit.FIGURE: "checks|2026-05-01..2026-05-09|passed",
}
PERSONAL = {"name", "legal_name", "phone", "id_number", "document_number", "email"}


@pytest.fixture(scope="module")
def kinds() -> list[Kind]:
    """Every registered kind but those of tests."""
    return [kind for kind in registered() if not kind.name.startswith("test.")]


def test_a_kind_is_named_room_and_past_participle(kinds: list[Kind]) -> None:
    def is_well_named(kind: Kind) -> bool:
        room, deed = kind.name.split(".")
        return room in PREFIXES and any(
            word.endswith("ed") or IRREGULAR.fullmatch(word) for word in deed.split("_")[-2:]
        )

    assert not [kind.name for kind in kinds if not is_well_named(kind)], "…_done, not …_do or …_did"


def test_each_language_has_its_own_sentence(kinds: list[Kind]) -> None:
    assert not [kind.name for kind in kinds if not CHINESE.search(kind.zh) or CHINESE.search(kind.en)]


def test_each_kind_has_a_few_words_for_lists(kinds: list[Kind]) -> None:
    assert not [kind.name for kind in kinds if not CHINESE.search(kind.label_zh) or not kind.label_en]


def test_a_value_is_not_given_its_unit_twice(kinds: list[Kind]) -> None:
    """{counted_ms} reads 12 分 40 秒 by itself."""
    assert not [kind.name for kind in kinds if UNIT_TWICE.search(kind.zh) or UNIT_TWICE.search(kind.en)]


def test_each_field_has_a_name_for_people(kinds: list[Kind]) -> None:
    assert not {field for kind in kinds for field in {**kind.fields, **kind.optional}} - NAMES.keys()
    assert not [
        name for name, (zh, en) in NAMES.items() if not (CHINESE.search(zh) or zh.isascii()) or CHINESE.search(en)
    ]


def _sample(kind: Kind, field: str) -> Any:
    unit = kind.unit(field)
    if field in kind.words and unit is not Unit.CONDITIONS:
        return next(iter(kind.words[field]))
    return CODES.get(unit) or SAMPLES.get(unit) or UUID_TEXT


def test_a_sentence_shows_words_and_no_codes(kinds: list[Kind]) -> None:
    names = {(unit, code): "名称" for unit, code in CODES.items()}
    shown = []
    for kind in kinds:
        values = {field: _sample(kind, field) for field in {**kind.fields, **kind.optional}}
        for language in ("zh", "en"):
            text = sentence(kind.name, values, language=language, names=names)
            if CODE.search(text):
                shown.append(text)
    assert not shown


@pytest.mark.parametrize("unit", [unit for unit in CODES if unit is not Unit.REGION and unit is not Unit.KIND])
def test_the_house_names_the_codes_of_its_rooms(unit: Unit) -> None:
    code = CODES[unit]
    for language in ("zh-hans", "en"):
        with translation.override(language):
            named = NAMERS[unit]([code], language[:2])[code]
        assert named != code
        assert not CODE.search(named)


def test_each_field_says_what_it_means_and_none_is_a_persons_name_or_number(kinds: list[Kind]) -> None:
    for kind in kinds:
        fields = {**kind.fields, **kind.optional}
        assert all(meaning.strip() for meaning in fields.values()), kind.name
        assert not PERSONAL & fields.keys(), (
            f"{kind.name}: names and numbers of persons stand beside the log, as labels"
        )


def test_a_planted_breach_of_each_rule_is_caught() -> None:
    bad = [Kind("player.span_watch", zh="english {x_ms} 秒", en="中文", fields={"phone": "telephone"})]
    register(Kind("test.code_shown", zh="由 player.span_watch 得到", en="…", fields={}))
    with pytest.raises(AssertionError):
        test_a_sentence_shows_words_and_no_codes([kind for kind in registered() if kind.name == "test.code_shown"])
    for rule in (
        test_a_kind_is_named_room_and_past_participle,
        test_each_language_has_its_own_sentence,
        test_each_kind_has_a_few_words_for_lists,
        test_a_value_is_not_given_its_unit_twice,
        test_each_field_has_a_name_for_people,
        test_each_field_says_what_it_means_and_none_is_a_persons_name_or_number,
    ):
        with pytest.raises(AssertionError):
            rule(bad)
