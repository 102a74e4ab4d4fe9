"""The workbooks that an import hands out, with the sentences of the reader's language in them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from content.domain.posts import POSTS
from lms.enterprise import actions, queries
from lms.enterprise.domain.roster_columns import FIELDS
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.domain.roster_people import Fault
from lms.enterprise.import_sentences import FIELD_NAMES, fault_sentence
from lms.enterprise.imports import reader_gateway
from lms.enterprise.imports.corrected_copy import corrected
from lms.enterprise.imports.empty_list import template
from lms.enterprise.queries import ImportFacts

if TYPE_CHECKING:
    from lms.accounts.models import User


def copy_of(facts: ImportFacts, *, at: datetime, by: "User") -> bytes:
    """Return the list of an import with its remarks. Raises ListRefused (file_forgotten, not_your_import)."""
    kept = actions.open_list(import_uuid=facts.uuid, at=at, by=by)
    faults = queries.faults_of_import(facts.id)
    remarks = {number: _remarks(found) for number, found in faults.items()}
    sheet = next((one for one in facts.sheets if one["name"] == facts.sheet), None)
    if sheet is None:
        raise ListRefused("not_now")
    return corrected(
        reader_gateway.rows_of(kept, facts.sheet),
        remarks,
        sheet=facts.sheet,
        width=len(sheet["headings"]),
        words=(_("要改的地方"), _("行"), _("列"), _("问题")),
        list_of_remarks=(
            (str(number), fault.column, fault_sentence(fault)) for number, found in faults.items() for fault in found
        ),
    )


def empty_template() -> bytes:
    """Return the empty list with explanations."""
    headings = [str(FIELD_NAMES[field]) for field in FIELDS]
    notes = (
        _("说明"),
        _("姓名、证件号码必填；其余没有可以留空。列的顺序随意，多余的列不用删。"),
        _("证件号码列已设为文本。从别处粘贴时请选“只粘贴值”，不要变回数字。"),
        _("日期写成 2026-05-09。发证地区不填，就按本单位所在地区。"),
        _("填了岗位、没有证书编号和发证日期的，登记为尚未取证。"),
        _("导入后每人收到邀请，自己设置密码并同意参加；没有默认密码。"),
        "",
        _("岗位名称表"),
    )
    return template(headings, [], sheet=_("员工名单"), notes=notes, posts=[post.name for post in POSTS])


def _remarks(faults: tuple[Fault, ...]) -> dict[int, str]:
    found: dict[int, str] = {}
    for fault in faults:
        at = _index(fault.column)
        sentence = fault_sentence(fault)
        found[at] = f"{found[at]}\n{sentence}" if at in found else sentence
    return found


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return max(number - 1, 0)
