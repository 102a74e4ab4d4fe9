"""The list as a file for a spreadsheet, written while it is read: it never needs more memory than one chunk."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import get_language, gettext

from analytics.audit import queries
from analytics.audit.queries import Row
from analytics.audit.sight import Sight
from analytics.domain.record import sealed_fields
from analytics.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from analytics.learning_log.queries import RecordFilter

_CHUNK_ROWS = 1_000


def lines(wanted: RecordFilter, *, rows: int, capped: bool, sight: Sight) -> Iterator[str]:
    """Return the CSV file in pieces: the heading, at most `rows` records newest first, a last line when capped.

    Times and contents are those of the sealed bytes, so that a reader of the file alone can recompute each hash.
    """
    return _lines(wanted, rows=rows, capped=capped, sight=sight, language=get_language() or "zh-hans")


def _lines(wanted: RecordFilter, *, rows: int, capped: bool, sight: Sight, language: str) -> Iterator[str]:
    # The response is sent after the request is over: the language is kept, or the next request's would show.
    with translation.override(language):
        first = csv_line(heading())
        end = csv_line([gettext("只导出最新的 %(rows)d 条；其余请缩小条件后再导出。") % {"rows": rows}])
    yield BYTE_ORDER_MARK + first
    chunks = queries.in_chunks(wanted, most=rows, chunk=_CHUNK_ROWS, sight=sight)
    while True:
        with translation.override(language):
            chunk = next(chunks, ())
            text = "".join(csv_line(cells(row)) for row in chunk)
        if not chunk:
            break
        yield text
    if capped:
        yield end


def heading() -> list[str]:
    """Return the names of the columns in the language that is active."""
    return [
        gettext("序号"),
        gettext("入库时间（UTC）"),
        gettext("发生时间（UTC）"),
        gettext("种类代码"),
        gettext("种类"),
        gettext("说明"),
        gettext("操作人编号"),
        gettext("操作人"),
        gettext("学员编号"),
        gettext("学员"),
        gettext("对象"),
        gettext("对象名称"),
        gettext("封存内容"),
        gettext("指纹（SHA-256）"),
        gettext("核对"),
    ]


def cells(row: Row) -> list[str | int]:
    """Return one record, a cell a column."""
    sealed = sealed_fields(row.sealed.canonical)
    return [
        row.id,
        str(sealed.get("recorded_at", "")),
        str(sealed.get("happened_at", "")),
        row.kind,
        row.kind_label,
        row.sentence,
        "" if row.actor_id is None else row.actor_id,
        row.actor_name,
        "" if row.learner_id is None else row.learner_id,
        row.learner_name,
        row.subject,
        row.subject_name,
        row.sealed_text,
        row.sealed.leaf_hash.hex(),
        _verdict(row),
    ]


def _verdict(row: Row) -> str:
    if row.fault:
        return gettext("不符：%(fault)s") % {"fault": row.fault}
    return gettext("一致（封存内容中的个人信息已遮盖）") if row.covered else gettext("一致")
