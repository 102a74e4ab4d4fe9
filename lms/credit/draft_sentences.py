"""Words for changing rules: why a deed was refused, and what cannot be meant together."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from lms.credit.domain.coherence import Contradiction
from lms.credit.labels import WORDS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REFUSALS: "dict[str, _StrPromise]" = {
    "not_your_area": _("这份规则不在您的辖区，不能由您修改或发布。"),
    "open_already": _("这份规则已有一份草稿在办。请先办完或撤回那一份。"),
    "past_day": _("施行日须在今天之后：已经按规则判定的日子不能改。"),
    "no_reason": _("请写明理由。"),
    "not_open": _("这份草稿现在不能修改。"),
    "nothing_changed": _("草稿与现行规则没有不同。"),
    "incoherent": _("草稿里有互相矛盾的取值，请先改好。"),
    "not_tried": _("请先按现在的取值试算一次，再提交复核。"),
    "not_proposed": _("这份草稿没有提交复核。"),
    "same_person": _("起草、修改或提交过的人不能自己发布，请另一位同事复核。"),
    "unknown_source": _("请选择出处；没有出处的，选“假定值”。"),
    "unknown_leaf": _("没有这一项。"),
    "not_a_number": _("请填写数字；学时可以有小数，例如 0.5。"),
    "not_a_word": _("请从列出的取值中选择。"),
    "needed": _("这一项参与计算，不能空着。"),
    "too_long": _("文字太长，请不超过 500 字。"),
    "no_source": _("请选择出处；没有出处的，选“假定值”。"),
    "assumed_without_note": _("假定值须写明为什么这样取。"),
}

CONTRADICTIONS: "dict[str, _StrPromise]" = {
    "ends_before_it_begins": _("停用日须在施行日之后。"),
    "cycle_without_a_year": _("一个周期至少一年。"),
    "before_the_certificate": _("周期不能早于发证。"),
    "offset_on_issue_date": _("从发证日期起算的，没有起算前间隔；有间隔的是“发证日期的周年”。"),
    "no_offset": _("按周年或日历年起算的，须有起算前间隔，否则周期会早于发证。"),
    "no_total": _("总学时须大于零。"),
    "negative_minimum": _("下限不能是负数。"),
    "minima_above_total": _("各类下限相加超过总学时，总学时就没有意义了。"),
    "years_above_total": _("每年参考学时乘以年数超过周期总学时。"),
    "counted_twice": _("“%(about)s”会计入两类：一个学时只能计一次。"),
    "nothing_fills": _("“%(about)s”没有任何来源可以计入。"),
    "group_unknown": _("合计项提到了没有的类别：%(about)s。"),
    "group_above_total": _("合计项“%(about)s”超过总学时。"),
    "named_twice": _("“%(about)s”出现了两次。"),
    "in_two_groups": _("有一类同时属于两个合计项。"),
    "sequence_unknown": _("先后次序提到了没有的类别：%(about)s。"),
    "total_as_category": _("类别不能叫 total。"),
    "no_hour": _("一学时至少一分钟。"),
    "no_day": _("每日上限为零就什么也不计；不限请留空。"),
    "carry_over": _("多出的学时不能转入下一周期：没有文件允许，系统也不这样计。"),
    "shared_general": _("通用知识学时由一人的各个岗位共用：没有文件否认，系统不能拆分。"),
    "watching_makes_time": _("计时的取值会让计入的时间多于实际经过的时间，或不能一起使用：%(about)s。"),
    "presence_not_met": _("在场核验的取值没有人能做到，或不能一起使用：%(about)s。"),
    "retrain_above_total": _("达到总学时的人反而要重新培训。"),
}

STATES: "dict[str, _StrPromise]" = {
    "not_started": _("尚未取证"),
    "open": _("进行中"),
    "met": _("已达标（周期未结束）"),
    "complete": _("已达标"),
    "hold": _("待主管部门决定"),
    "retrain": _("须重新培训"),
}


def refusal_sentence(code: str) -> str:
    """Return why a deed on a draft was refused."""
    return str(REFUSALS.get(code) or _gettext("未能办理。请稍后再试，或联系管理员。"))


def contradiction_sentence(found: Contradiction) -> str:
    """Return what cannot be meant together."""
    sentence = CONTRADICTIONS.get(found.code)
    return str(sentence) % {"about": WORDS.get(found.about, found.about)} if sentence else str(found)


def state_of(code: str) -> str:
    """Return the word for a state of a trial."""
    return str(STATES.get(code, code))
