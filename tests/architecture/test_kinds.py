"""The kinds of log record, all rooms together: their names and their sentences."""

import re

import pytest

from analytics.learning_log.kinds import Kind, registered

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
UNIT_TWICE = re.compile(r"\{\w+_(ms|seconds)\} ?(毫秒|秒|分|ms|s\b|seconds|milliseconds)")
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


def test_each_field_says_what_it_means_and_none_is_a_persons_name_or_number(kinds: list[Kind]) -> None:
    for kind in kinds:
        fields = {**kind.fields, **kind.optional}
        assert all(meaning.strip() for meaning in fields.values()), kind.name
        assert not PERSONAL & fields.keys(), (
            f"{kind.name}: names and numbers of persons stand beside the log, as labels"
        )


def test_a_planted_breach_of_each_rule_is_caught() -> None:
    bad = [Kind("player.span_watch", zh="english {x_ms} 秒", en="中文", fields={"phone": "telephone"})]
    for rule in (
        test_a_kind_is_named_room_and_past_participle,
        test_each_language_has_its_own_sentence,
        test_each_kind_has_a_few_words_for_lists,
        test_a_value_is_not_given_its_unit_twice,
        test_each_field_says_what_it_means_and_none_is_a_persons_name_or_number,
    ):
        with pytest.raises(AssertionError):
            rule(bad)
