"""What a file of records is an extract of, in words, for the list of files and for the head of a printed report."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext

from analytics.audit.export_files import Sheet
from analytics.audit.headings import is_uuid
from analytics.audit.house import house
from analytics.audit.log_kinds import RECORDS_EXPORTED
from analytics.audit.models import LogExport
from analytics.audit.queries import is_id, language
from analytics.audit.sight import PERSON, Sight
from analytics.domain.record import Payload
from analytics.domain.sentence import Names, words
from analytics.learning_log import kinds, queries
from analytics.learning_log.field_names import field_name
from analytics.learning_log.naming import names_of

_MAY_BE_TYPED = {"learner", "actor", "subject", "text", "company", "institution"}


def sheet(row: LogExport, sight: Sight) -> Sheet:
    """Return what a printed extract says of itself: of what it is one, by whom and when, and what its digits are for."""
    name = queries.labels(PERSON, [str(row.auditor_id)]).get(str(row.auditor_id), "")
    told = {
        "by": sight.person(row.auditor_id, name),
        "at": words("asked_at", row.asked_at.isoformat(), language=language()),
        "what": told_conditions([(row, sight)])[0],
    }
    return Sheet(
        title=gettext("学习日志摘录，%(rows)d 条") % {"rows": row.rows_done},
        about=(
            gettext("由 %(by)s 于 %(at)s 导出，时间均为北京时间。") % told,
            gettext("条件：%(what)s") % told,
            gettext("没有打开的姓名、证件号和电话已遮盖。每条记录下面的指纹是其封存内容的 SHA-256，可在日志中核对。"),
        ),
        font=house().font(),
        language=language(),
    )


def told_conditions(files: Iterable[tuple[LogExport, Sight]]) -> list[str]:
    """Return of each file its conditions in words, and "全部记录" for none; typed names are covered as in the file.

    However many files: a query for the names of things, and one for each other unit that the database names.
    """
    parted = [(*_parted(row), sight) for row, sight in files]
    told = [(RECORDS_EXPORTED, {"filter": chosen}) for _typed, chosen, _sight in parted if chosen]
    names, _ = names_of(told, language=language())
    between = ", " if language() == "en" else "、"
    return [
        between.join([*_typed_words(typed, sight), *_chosen_words(chosen, names)]) or gettext("全部记录")
        for typed, chosen, sight in parted
    ]


def _parted(row: LogExport) -> tuple[dict[str, str], dict[str, Payload]]:
    """Return the conditions that were typed in words, and those that were chosen."""
    typed = {
        name: text
        for name, text in sorted(row.conditions.items())
        if name == "text" or (name in _MAY_BE_TYPED and not (is_id(text) or is_uuid(text)))
    }
    rest = sorted(row.conditions.keys() - typed.keys())
    return typed, {name: True if name == "looks" else row.conditions[name] for name in rest}


def _typed_words(typed: Mapping[str, str], sight: Sight) -> Iterator[str]:
    return (f"{field_name(name, language())} “{sight.typed(text)}”" for name, text in typed.items())


def _chosen_words(chosen: Mapping[str, Payload], names: Names) -> Iterator[str]:
    kind = kinds.find(RECORDS_EXPORTED)
    if chosen and kind is not None:
        yield kinds.told_value(kind, "filter", {"filter": chosen}, language=language(), names=names)
