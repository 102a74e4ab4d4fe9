"""What codes in records of the log are called, told by the rooms that know them, for sentences that an auditor reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress

from analytics.card_index.names import figures_named
from analytics.domain.sentence import MISSING
from analytics.domain.units import Unit
from analytics.learning_log.naming import Namer
from content.domain.posts import POSTS
from lms.accounts.templatetags.accounts import rule_set_name
from lms.credit.labels import LEAVES, SECTIONS, WORDS
from lms.notices.kinds import UnknownNotice, kind_of
from lms.organisations.queries import region_names
from lms.reviews.queries import claim_kind_names

# Rules that stand beside those of a region, for a second reading and for the demo.
_OTHER_RULES = {
    "demo_presence": ("演示规则·在场核验（虚构）", "demo rules with presence checks (fictional)"),
    "national_calendar_year": ("全国规则（日历年读法）", "national rules read by calendar years"),
}
_SAID = {"True": ("是", "yes"), "False": ("否", "no"), "None": ("无", "none")}


def _regions(codes: Iterable[str], _language: str) -> Mapping[str, str]:
    return region_names(codes)


def _posts(codes: Iterable[str], language: str) -> Mapping[str, str]:
    names = {post.code: post.name if language == "zh" else post.english_name for post in POSTS}
    return {code: names[code] for code in codes if code in names}


def _rules(codes: Iterable[str], language: str) -> Mapping[str, str]:
    return {
        code: _OTHER_RULES[code][language != "zh"] if code in _OTHER_RULES else rule_set_name(code) for code in codes
    }


def _rule_values(written: Iterable[str], language: str) -> Mapping[str, str]:
    """Name values of a rule set by their paths (hours.categories.f2f.minimum), and coded values by their words."""
    return {text: _SAID[text][language != "zh"] if text in _SAID else _rule_value(text) for text in written}


def _rule_value(text: str) -> str:
    if text in WORDS:
        return str(WORDS[text])
    *above, leaf = text.split(".")
    if leaf not in LEAVES:
        return text
    section = next((SECTIONS[code] for code in (".".join(above[:2]), *above[:1]) if code in SECTIONS), None)
    inside = [str(WORDS[part]) for part in above[1:] if part in WORDS]
    return " · ".join([*([str(section)] if section else []), *inside, str(LEAVES[leaf])])


def _notices(names: Iterable[str], _language: str) -> Mapping[str, str]:
    left_open: defaultdict[str, str | int] = defaultdict(lambda: MISSING)
    named = {}
    for name in names:
        with suppress(UnknownNotice):
            named[name] = kind_of(name).title_for(left_open)
    return named


def _claims(codes: Iterable[str], _language: str) -> Mapping[str, str]:
    return claim_kind_names(codes)


NAMERS: dict[Unit, Namer] = {
    Unit.REGION: _regions,
    Unit.POST: _posts,
    Unit.RULES: _rules,
    Unit.RULE_VALUE: _rule_values,
    Unit.NOTICE: _notices,
    Unit.CLAIM: _claims,
    Unit.FIGURE: figures_named,
}
