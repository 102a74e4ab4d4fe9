"""A complete rule set as plain data → RuleSet. What is missing, unknown or of the wrong kind is refused by its path."""

from collections.abc import Mapping

from lms.credit.domain.coherence import refuse_incoherent
from lms.credit.domain.reader import (
    BadRuleSet,
    Reader,
    amount,
    amount_or_none,
    one_of,
    plain,
    texts,
    truth,
    whole,
    whole_or_none,
    words,
)
from lms.credit.domain.rule_set import (
    AccrualRules,
    CategoryRules,
    CycleRules,
    GroupRules,
    HoursRules,
    PresenceRules,
    Provision,
    RetrainRules,
    RuleSet,
    WatchingRules,
)
from lms.credit.domain.terms import Anchor, Closing, Grouping, JudgedBy, LeapDay, LedgerCategory, PostList, Status
from player.domain.policy import Rewatch, SeekRule


def parse(data: Mapping[str, object]) -> RuleSet:
    """Return the rule set written in `data`, which must be complete (see inheritance.resolve).

    Raises BadRuleSet when the shape is wrong, IncoherentRules when the values cannot be meant together.
    """
    top = Reader(data, "")
    began = top.day("effective_from")
    if began is None:
        raise BadRuleSet("effective_from: missing")
    rules = RuleSet(
        code=top.text("code"),
        version=top.text("version"),
        name=top.text("name"),
        region_code=top.text("region_code"),
        parent=top.text("parent", ""),
        effective_from=began,
        effective_until=top.day("effective_until"),
        status=top.leaf("status", one_of(Status)),
        cycle=_cycle(top.table("cycle")),
        hours=_hours(top.table("hours")),
        accrual=_accrual(top.table("accrual")),
        retrain=_retrain(top.table("retrain")),
        watching=_watching(top.table("watching")) if "watching" in data else None,
        presence=_presence(top.table("presence")) if "presence" in data else None,
        posts=top.leaf("posts", one_of(PostList)),
        provisions=_provisions(top.table("provisions")),
    )
    top.done()
    refuse_incoherent(rules)
    return rules


def _cycle(node: Reader) -> CycleRules:
    rules = CycleRules(
        anchor=node.leaf("anchor", one_of(Anchor)),
        first_year_offset=node.leaf("first_year_offset", whole),
        length_years=node.leaf("length_years", whole),
        grouping=node.leaf("grouping", one_of(Grouping)),
        leap_day=node.leaf("leap_day", one_of(LeapDay)),
        judged_by=node.optional_leaf("judged_by", one_of(JudgedBy)),
    )
    node.done()
    return rules


def _hours(node: Reader) -> HoursRules:
    rules = HoursRules(
        total=node.leaf("total", amount),
        annual=node.leaf("annual", amount_or_none),
        annual_professional=node.leaf("annual_professional", amount_or_none),
        categories=tuple(_category(code, table) for code, table in node.rows("categories")),
        groups=tuple(_group(code, table) for code, table in node.rows("groups")),
        sequence=node.leaf("sequence", texts),
    )
    node.done()
    return rules


def _category(code: str, node: Reader) -> CategoryRules:
    rules = CategoryRules(
        code=code,
        name=node.text("name"),
        spoken=node.text("spoken", node.text("name")),
        minimum=node.leaf("minimum", amount),
        counts=node.leaf("counts", lambda value: tuple(LedgerCategory(item) for item in texts(value))),
        test_required=node.optional_leaf("test_required", truth),
        reported_by=node.optional_leaf("reported_by", words),
        nature=node.optional_leaf("nature", words),
    )
    node.done()
    return rules


def _group(code: str, node: Reader) -> GroupRules:
    rules = GroupRules(code, node.text("name"), node.leaf("minimum", amount), node.leaf("members", texts))
    node.done()
    return rules


def _accrual(node: Reader) -> AccrualRules:
    rules = AccrualRules(
        minutes_per_hour=node.leaf("minutes_per_hour", whole),
        daily_online_hours=node.leaf("daily_online_hours", amount_or_none),
        carry_over=node.leaf("carry_over", truth),
        shared_general=node.leaf("shared_general", truth),
    )
    node.done()
    return rules


def _watching(node: Reader) -> WatchingRules:
    rules = WatchingRules(
        rate_percent=node.leaf("rate_percent", whole),
        beat_seconds=node.leaf("beat_seconds", whole),
        largest_gap_seconds=node.leaf("largest_gap_seconds", whole),
        look_ahead_seconds=node.leaf("look_ahead_seconds", whole),
        seek=node.leaf("seek", one_of(SeekRule)),
        rewatch=node.leaf("rewatch", one_of(Rewatch)),
        count_unfocused=node.leaf("count_unfocused", truth),
        idle_minutes=node.leaf("idle_minutes", whole_or_none),
        warning_hours=node.leaf("warning_hours", amount_or_none),
        native_players=node.leaf("native_players", truth),
        lock_minutes=node.leaf("lock_minutes", whole_or_none),
    )
    node.done()
    return rules


def _presence(node: Reader) -> PresenceRules:
    rules = PresenceRules(
        required=node.leaf("required", truth),
        first_from_seconds=node.leaf("first_from_seconds", whole),
        first_until_seconds=node.leaf("first_until_seconds", whole),
        every_from_seconds=node.leaf("every_from_seconds", whole),
        every_until_seconds=node.leaf("every_until_seconds", whole),
        quiet_end_seconds=node.leaf("quiet_end_seconds", whole),
        answer_seconds=node.leaf("answer_seconds", whole),
        tries=node.leaf("tries", whole),
        least_actions=node.leaf("least_actions", whole),
        most_actions=node.leaf("most_actions", whole),
        self_release_hours=node.leaf("self_release_hours", whole),
        appeal_working_days=node.leaf("appeal_working_days", whole),
        picture_days=node.leaf("picture_days", whole),
        keep_passed=node.leaf("keep_passed", truth),
        hand_over_seconds=node.leaf("hand_over_seconds", whole),
    )
    node.done()
    return rules


def _retrain(node: Reader) -> RetrainRules:
    rules = RetrainRules(
        total_below=node.leaf("total_below", amount),
        not_working_in_post=node.leaf("not_working_in_post", truth),
        category_short=node.leaf("category_short", one_of(Closing)),
    )
    node.done()
    return rules


def _provisions(node: Reader) -> tuple[Provision, ...]:
    found = []
    for section in node.node:
        rows = node.table(section)
        found += [Provision(f"{section}.{key}", rows.leaf(key, plain)) for key in rows.node]
    return tuple(found)
