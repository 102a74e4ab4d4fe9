"""Words of an import: what is wrong in a cell and how it is mended, and why a deed was refused."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from lms.accounts.sentences import SENTENCES as ACCOUNT_SENTENCES
from lms.enterprise.domain.roster_file import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, ListRefused
from lms.enterprise.domain.roster_people import Fault

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REFUSALS: "dict[str, _StrPromise]" = {
    "not_your_company": _("您不是这家单位的管理员，不能导入它的员工。"),
    "not_your_import": _("没有这次导入，或者它不是您单位的。"),
    "not_now": _("现在不能这样办理：它的状态已经变了。请刷新后再看。"),
    "empty_file": _("文件是空的。请选择填好的名单再上传。"),
    "file_too_large": _("文件超过 %(megabytes)d MB。请删去图片和多余的工作表，或分成几份上传。"),
    "zip_bomb": _("文件解开后大得不像名单，没有打开。请另存为新的 .xlsx 再上传。"),
    "too_many_parts": _("文件内部的部分太多，不像名单，没有打开。请另存为新的 .xlsx 再上传。"),
    "old_xls": _("这是旧版 .xls 文件。请在 Excel 或 WPS 里另存为 .xlsx，再上传。"),
    "locked_file": _("文件加了密码。请去掉密码，另存后再上传。"),
    "macros": _("文件里有宏。请另存为不带宏的 .xlsx，再上传。"),
    "not_a_workbook": _("这不是 .xlsx 或 CSV 名单。请用 Excel 或 WPS 另存为 .xlsx，再上传。"),
    "has_entities": _("文件里有外部引用的定义，没有打开。请另存为新的 .xlsx 再上传。"),
    "too_many_rows": _("超过 %(rows)d 行。请分成几份上传。"),
    "far_cell": _("表格的最末一行（第 1048576 行）有内容或格式，多半是误填。请删去空白区域下面的行，再上传。"),
    "too_many_columns": _("超过 %(columns)d 列。请删去名单右边的空白列，再上传。"),
    "unreadable": _("文件打不开，可能已经损坏。请用 Excel 或 WPS 另存为 .xlsx 再上传。"),
    "too_slow": _("读这个文件花的时间太长，已停止。请另存为新的 .xlsx，或分成几份上传。"),
    "too_heavy": _("文件展开后太大，已停止读取。请删去空白行列，另存为新的 .xlsx 再上传。"),
    "no_rows": _("列名下面没有内容。请核对选的工作表。"),
    "no_such_sheet": _("没有这张工作表。请重选。"),
    "columns_missing": _("请至少指明哪一列是姓名、哪一列是证件号码。"),
    "column_twice": _("同一列选了两次。一列只能是一项内容。"),
    "file_forgotten": _("名单文件已按期删除，不能再下载带批注的副本。导入的结果仍保留。"),
    "no_such_letter": _("没有这份邀请，或者它不是您单位的。"),
    "letter_unknown": _("这个邀请链接不对。请重新扫码，或向单位要新的邀请。"),
    "letter_used": _("这份邀请已经用过。请直接登录；忘记密码请找单位管理员重置。"),
    "letter_declined": _("您已谢绝这份邀请。如改变主意，请单位重新邀请。"),
    "letter_revoked": _("这份邀请已作废。请向单位要新的邀请。"),
    "letter_expired": _("这份邀请已过期。请向单位要新的邀请。"),
    "wrong_proof": _("证件号码后六位不对，请核对后再输（末位是 X 的也要输 X）。连错五次，邀请就作废。"),
    "no_such_request": _("没有这个转入请求，或者已经答复过。"),
    "request_expired": _("这个转入请求已过期。需要时请新单位重新提出。"),
    "too_many_tries": _("操作太频繁，请稍候一分钟再试。"),
    "glyphs_missing": _("有人的姓名里有打印字体没有的字，邀请条没有印出。请改用短信邀请。"),
}

FAULTS: "dict[str, _StrPromise]" = {
    "no_name": _("没有姓名"),
    "bad_name": _("姓名里有数字或符号，请改成证件上的姓名"),
    "no_document": _("没有证件号码"),
    "document_as_number": _("证件号码存成了数字，末几位已经丢失。请先把这一列设为“文本”，再重新填写完整号码"),
    "kind_unknown": _(
        "证件类型看不懂。可填：居民身份证、港澳居民来往内地通行证、台湾居民来往大陆通行证、外国人永久居留身份证、护照"
    ),
    "id_length": _("身份证号码须为 18 位，请对照证件核对"),
    "id_characters": _("身份证号码只能有数字，末位可为 X"),
    "id_area": _("身份证号码前六位不是任何地区的代码，请对照证件核对"),
    "id_birthday": _("身份证号码里的出生日期不对，请对照证件核对"),
    "id_check_digit": _("身份证号码的校验位不对，多半有一位数字写错，请对照证件核对"),
    "document_shape": _("证件号码的位数或格式不对，请对照证件核对"),
    "document_twice": _("与第 %(about)s 行是同一个证件号码，请删去一行"),
    "phone_shape": _("不是 11 位手机号。没有手机号可以留空"),
    "phone_twice": _("与第 %(about)s 行是同一个手机号。每人一个号，没有可以留空"),
    "phone_taken": _("这个手机号已在别的账号上。请核对，或留空由本人登录后登记"),
    "bad_email": _("邮箱格式不对。没有可以留空"),
    "post_unknown": _("没有这个岗位，请按岗位名称表填写"),
    "post_unknown_near": _("没有这个岗位。是不是“%(about)s”？"),
    "post_of_family": _("岗位要写到专业，请从中选一个：%(about)s"),
    "number_without_post": _("有证书编号，却没有岗位"),
    "number_shape": _("证书编号的格式不对，请对照证书核对"),
    "number_without_day": _("有证书编号，却没有发证日期"),
    "number_twice": _("与第 %(about)s 行是同一个证书编号"),
    "licence_number_taken": _("这个证书编号已登记在别人名下，请对照证书核对"),
    "number_differs": _("这位人员此岗位已登记的证书编号与此不同。更正请由本人或系统管理员办理"),
    "bad_issued_on": _("发证日期看不懂，请写成 2026-05-09"),
    "day_in_future": _("发证日期晚于今天"),
    "day_too_early": _("发证日期早于 1990 年，请对照证书核对"),
    "region_unknown": _("发证地区看不懂，请写省级名称，如“重庆”"),
    "bad_joined_on": _("入职日期看不懂，请写成 2026-05-09"),
    "joined_in_future": _("入职日期晚于今天"),
    "name_differs": _("姓名与证件号码对不上，请对照证件核对"),
    "ask_administrator": _("这位人员的账号需由系统管理员处理，请联系系统管理员"),
}

FIELD_NAMES: "dict[str, _StrPromise]" = {
    "name": _("姓名"),
    "document": _("证件号码"),
    "kind": _("证件类型"),
    "phone": _("手机号"),
    "email": _("邮箱"),
    "post": _("岗位"),
    "number": _("证书编号"),
    "issued_on": _("发证日期"),
    "region": _("发证地区"),
    "joined_on": _("入职日期"),
}

_FIGURES = {"megabytes": MOST_BYTES // 1024**2, "rows": MOST_ROWS, "columns": MOST_COLUMNS}
PILLS = {
    "mapping": "info",
    "checking": "pending",
    "checked": "pending",
    "running": "pending",
    "done": "done",
    "cancelled": "neutral",
    "refused": "danger",
}


def refusal_sentence(error: ListRefused) -> str:
    """Return what happened and what to do now."""
    return sentence_of_code(error.code)


def sentence_of_code(code: str) -> str:
    """Return the sentence of a refusal by its code; "" stays ""."""
    if not code:
        return ""
    sentence = REFUSALS.get(code)
    return str(sentence) % _FIGURES if sentence is not None else _gettext("未能办理。请稍后再试，或联系管理员。")


def fault_sentence(fault: Fault) -> str:
    """Return what is wrong in a cell and how it is mended, without its place."""
    code = "post_unknown_near" if fault.code == "post_unknown" and fault.about else fault.code
    sentence = FAULTS.get(code) or ACCOUNT_SENTENCES.get(code)
    return str(sentence) % {"about": fault.about} if sentence is not None else _gettext("这一格不能用，请核对")


def fault_place(fault: Fault, *, sheet: str, row: int) -> str:
    """Return where it is, as people find it in their file."""
    if fault.column:
        return _gettext("工作表“%(sheet)s”第 %(row)d 行 %(column)s 列") % {
            "sheet": sheet,
            "row": row,
            "column": fault.column,
        }
    return _gettext("工作表“%(sheet)s”第 %(row)d 行") % {"sheet": sheet, "row": row}
