"""A rule set as a page: every value with where it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lms.credit.domain.inheritance import is_leaf
from lms.credit.domain.rule_set import ASSUMED
from lms.credit.labels import LEAVES, SECTIONS, WORDS
from lms.credit.models import RuleSetVersion
from lms.credit.rule_sets import sources

# JSON in the database forgets the order of keys; the labels are written in the order in which people read.
_ORDER: dict[str, int] = {}
for _key in (*(code.split(".")[-1] for code in SECTIONS), *LEAVES):
    _ORDER.setdefault(_key, len(_ORDER))


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One value. of: the category or group it belongs to, "" for none. parent: the name of the rules it was taken over from."""

    path: str
    of: str
    label: str
    text: str
    assumed: bool
    source: str
    quote: str
    note: str
    alternative: str
    parent: str


@dataclass(frozen=True, slots=True)
class RuleSection:
    """The values under one head. is_judged: this system computes with them; the others are kept and shown."""

    code: str
    title: str
    lines: tuple[RuleLine, ...]

    @property
    def is_judged(self) -> bool:
        return not self.code.startswith("provisions")


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A document that values of this rule set come from. number, url: "" where there is none."""

    short: str
    title: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """One version of a rule set, its sources in alphabetical order; others: the other rule sets in force, as (code, name)."""

    code: str
    version: str
    name: str
    status: str
    status_label: str
    effective_from: date
    judged: tuple[RuleSection, ...]
    kept: tuple[RuleSection, ...]
    sources: tuple[RuleSource, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def assumed_count(self) -> int:
        return sum(line.assumed for section in (*self.judged, *self.kept) for line in section.lines)

    @property
    def line_count(self) -> int:
        return sum(len(section.lines) for section in (*self.judged, *self.kept))


def rule_page(code: str, day: date) -> RulePage | None:
    """Return the version of a rule set effective on `day` with all its values, or None. One query."""
    rows = {
        row.code: row
        for row in RuleSetVersion.objects.filter(effective_from__lte=day)
        .exclude(effective_until__lte=day)
        .order_by("effective_from", "id")
    }
    row = rows.get(code)
    if row is None:
        return None
    names = {other.code: _(other.name) for other in rows.values()}
    sections = sections_of(row.data, names)
    return RulePage(
        code=row.code,
        version=row.version,
        name=_(row.name),
        status=row.status,
        status_label=row.get_status_display(),
        effective_from=row.effective_from,
        judged=tuple(section for section in sections if section.is_judged),
        kept=tuple(section for section in sections if not section.is_judged),
        sources=_sources_of(row.data),
        others=tuple(sorted((other, name) for other, name in names.items() if other != code)),
    )


def sections_of(data: Mapping[str, object], names: Mapping[str, str]) -> tuple[RuleSection, ...]:
    """Return all values of a rule set under their heads. names: of parents, by code; one that is not there shows its code."""
    by_section: dict[str, list[RuleLine]] = {}
    for section, line in _lines(data, names):
        by_section.setdefault(section, []).append(line)
    return tuple(
        RuleSection(section, str(SECTIONS.get(section, section)), tuple(lines)) for section, lines in by_section.items()
    )


def value_text(value: object) -> str:
    """Return the value of a leaf in words."""
    return _text(value)


def _lines(data: Mapping[str, object], names: Mapping[str, str]) -> Iterator[tuple[str, RuleLine]]:
    for path, of, leaf in _leaves(data, (), ""):
        section = ".".join(path[:2]) if path[0] == "provisions" else path[0]
        yield (
            section,
            RuleLine(
                path=".".join(path),
                of=_(of) if of else "",
                label=str(LEAVES.get(path[-1], path[-1])),
                text=_text(leaf["v"]),
                assumed=leaf["src"] == ASSUMED,
                source=_(sources().get(str(leaf["src"]), {}).get("short", str(leaf["src"]))),
                quote=str(leaf.get("quote", "")),
                note=str(leaf.get("note", "")),
                alternative=_text(leaf["alt"]) if "alt" in leaf else "",
                parent=names.get(str(leaf.get("inherited_from", "")), str(leaf.get("inherited_from", ""))),
            ),
        )


def _sources_of(data: Mapping[str, object]) -> tuple[RuleSource, ...]:
    codes = {str(leaf["src"]) for _path, _of, leaf in _leaves(data, (), "")} & sources().keys()
    rows = [sources()[code] for code in sorted(codes)]
    return tuple(RuleSource(_(row["short"]), row["title"], row.get("number", ""), row.get("url", "")) for row in rows)


def _leaves(
    node: Mapping[str, object], path: tuple[str, ...], of: str
) -> Iterator[tuple[tuple[str, ...], str, Mapping[str, object]]]:
    for key, child in sorted(node.items(), key=lambda pair: _ORDER.get(pair[0], len(_ORDER))):
        if isinstance(child, list):
            for row in child:
                yield from _leaves(row, (*path, key, str(row["code"])), str(row["name"]))
        elif isinstance(child, Mapping) and is_leaf(child):
            yield (*path, key), of, child
        elif isinstance(child, Mapping):
            yield from _leaves(child, (*path, key), of)


def _text(value: object) -> str:
    if value is None:
        return _("没有规定")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(_text(item) for item in value) or _("没有规定")
    return str(WORDS.get(str(value), value))
