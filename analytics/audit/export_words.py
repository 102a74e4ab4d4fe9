"""What a file of records is an extract of, in words, for the list of files and for the head of a printed report."""

from uuid import UUID

from django.utils.translation import gettext

from analytics.audit.export_files import Sheet
from analytics.audit.house import house
from analytics.audit.log_kinds import RECORDS_EXPORTED
from analytics.audit.models import LogExport
from analytics.audit.queries import is_id, language
from analytics.audit.sight import PERSON, Sight
from analytics.domain.record import Payload
from analytics.domain.sentence import words
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
        "what": told_conditions(row, sight),
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


def told_conditions(row: LogExport, sight: Sight) -> str:
    """Return the conditions in words, and "全部记录" for none; names that were typed are covered as in the file."""
    parts: list[str] = []
    others: dict[str, Payload] = {}
    for name, text in sorted(row.conditions.items()):
        if name in _MAY_BE_TYPED and (name == "text" or not (is_id(text) or _is_uuid(text))):
            parts.append(f"{field_name(name, language())} “{sight.typed(text)}”")
        else:
            others[name] = True if name == "looks" else text
    kind = kinds.find(RECORDS_EXPORTED)
    if others and kind is not None:
        payload: dict[str, Payload] = {"filter": others}
        names, _ = names_of([(RECORDS_EXPORTED, payload)], language=language())
        parts.append(kinds.told_value(kind, "filter", payload, language=language(), names=names))
    return (", " if language() == "en" else "、").join(parts) or gettext("全部记录")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
