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


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One value. of: the category or group it belongs to, "" for none. parent: the name of the rules it was taken over from."""

    path: str
    of: str
    label: str
    text: str
    assumed: bool
    source_title: str
    source_number: str
    source_url: str
    quote: str
    note: str
    alternative: str
    parent: str


@dataclass(frozen=True, slots=True)
class RuleSection:
    """The values under one head, in the order of the rule set."""

    code: str
    title: str
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class RulePage:
    """One version of a rule set; others: the other rule sets in force, as (code, name)."""

    code: str
    version: str
    name: str
    status: str
    status_label: str
    effective_from: date
    sections: tuple[RuleSection, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def assumed_count(self) -> int:
        return sum(line.assumed for section in self.sections for line in section.lines)

    @property
    def line_count(self) -> int:
        return sum(len(section.lines) for section in self.sections)


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
    sections: dict[str, list[RuleLine]] = {}
    for section, line in _lines(row.data, names):
        sections.setdefault(section, []).append(line)
    return RulePage(
        code=row.code,
        version=row.version,
        name=_(row.name),
        status=row.status,
        status_label=row.get_status_display(),
        effective_from=row.effective_from,
        sections=tuple(
            RuleSection(section, str(SECTIONS.get(section, section)), tuple(lines))
            for section, lines in sections.items()
        ),
        others=tuple(sorted((other, name) for other, name in names.items() if other != code)),
    )


def _lines(data: Mapping[str, object], names: Mapping[str, str]) -> Iterator[tuple[str, RuleLine]]:
    for path, of, leaf in _leaves(data, (), ""):
        section = ".".join(path[:2]) if path[0] == "provisions" else path[0]
        source = sources().get(str(leaf["src"]), {})
        yield (
            section,
            RuleLine(
                path=".".join(path),
                of=_(of) if of else "",
                label=str(LEAVES.get(path[-1], path[-1])),
                text=_text(leaf["v"]),
                assumed=leaf["src"] == ASSUMED,
                source_title=source.get("title", ""),
                source_number=source.get("number", ""),
                source_url=source.get("url", ""),
                quote=str(leaf.get("quote", "")),
                note=str(leaf.get("note", "")),
                alternative=_text(leaf["alt"]) if "alt" in leaf else "",
                parent=names.get(str(leaf.get("inherited_from", "")), str(leaf.get("inherited_from", ""))),
            ),
        )


def _leaves(
    node: Mapping[str, object], path: tuple[str, ...], of: str
) -> Iterator[tuple[tuple[str, ...], str, Mapping[str, object]]]:
    for key, child in node.items():
        if not isinstance(child, Mapping):
            continue
        if is_leaf(child):
            yield (*path, key), of, child
        else:
            yield from _leaves(child, (*path, key), str(child.get("name", of)))


def _text(value: object) -> str:
    if value is None:
        return _("没有规定")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(_text(item) for item in value) or _("没有规定")
    return str(WORDS.get(str(value), value))
