"""What the pages say, in words. The engine gives codes and amounts; here they become sentences for a learner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from content.domain.posts import POSTS
from lms.credit.domain import accrual
from lms.credit.domain.decision import Decision, Reason
from lms.credit.domain.outlook import Outlook, days_needed
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import EvidenceState, State
from lms.credit.queries.courses import CourseLine, Gap
from lms.credit.queries.holds import ResolutionFacts

_POSTS = {post.code: post for post in POSTS}

# Names that stand in the shipped rule sets: shown through gettext, so that they can be read in English too.
RULE_NAMES = (
    gettext_noop("全国"),
    gettext_noop("全国（日历年读法）"),
    gettext_noop("重庆"),
    gettext_noop("江西"),
    gettext_noop("新疆"),
    gettext_noop("演示区（虚构）"),
    gettext_noop("演示区·在场核验（虚构）"),
    gettext_noop("网络 · 通用"),
    gettext_noop("通用知识"),
    gettext_noop("网络 · 专业"),
    gettext_noop("专业知识"),
    gettext_noop("面授 / 直播"),
    gettext_noop("面授或直播"),
    gettext_noop("自主学习"),
    gettext_noop("网络培训"),
    gettext_noop("企业培训"),
    gettext_noop("在线学习"),
)


@dataclass(frozen=True, slots=True)
class Headline:
    """The one sentence: before, and the strong part. detail: the line below. css: "", done or danger."""

    before: str
    strong: str
    detail: str
    css: str = ""

    @property
    def lead(self) -> str:
        """What stands before the strong part, with a blank where the language wants one."""
        return self.before if self.before.endswith(("，", "。")) else f"{self.before} "


def post_name(code: str) -> str:
    """Return the name of a post in the reader's language; the code of one that is not in the catalogue."""
    found = _POSTS.get(code)
    if found is None:
        return code
    return found.name if (get_language() or "zh-hans").startswith("zh") else found.english_name


def hours_text(amount: Fraction) -> str:
    """Return earned hours with their unit, without empty decimals."""
    return _("%(hours)s 学时") % {"hours": accrual.short(accrual.shown(amount))}


def missing_text(amount: Fraction) -> str:
    """Return missing hours with their unit, rounded towards more."""
    return _("%(hours)s 学时") % {"hours": accrual.short(accrual.shown_missing(amount))}


def days_left_text(decision: Decision) -> str:
    """Return how long there is still time."""
    if decision.days_left == 0:
        return _("今天是最后一天。")
    return ngettext("还有 %(days)d 天。", "还有 %(days)d 天。", decision.days_left) % {"days": decision.days_left}


def headline_of(decision: Decision, gap: Gap | None, resolution: ResolutionFacts | None = None) -> Headline:
    """Return what matters today about one cycle of a certificate."""
    if decision.state is State.NOT_STARTED:
        detail = _("继续教育从取得培训合格证后开始计算。现在学习的课程会留下记录，可以为测试做准备。")
        return Headline(_("尚未取证，"), _("还不需要继续教育"), detail, "done")
    if not decision.has_begun and decision.window:
        start = decision.window.start.isoformat()
        detail = _("在这一天之前学习的课程会留下记录，但不计入周期。")
        return Headline(_("第一个周期从"), _("%(day)s 开始") % {"day": start}, detail, "done")
    if decision.state is State.OPEN:
        return _open_headline(decision, gap)
    return _ended_headline(decision) if resolution is None else _resolved_headline(decision, resolution)


def _open_headline(decision: Decision, gap: Gap | None) -> Headline:
    if decision.satisfied:
        detail = days_left_text(decision) + _("本周期不用再学，到期后自动进入下一周期。")
        return Headline(_("本周期学时"), _("已达标"), detail, "done")
    short = [item for item in (*decision.categories, *decision.groups) if item.missing]
    if len(short) == 1 and not decision.total_missing:
        before = _("%(name)s还差") % {"name": _(short[0].spoken)}
        return Headline(before, missing_text(short[0].missing), days_left_text(decision) + _advice(decision, gap))
    missing = sum(decision.missing.values(), Fraction(0))
    return Headline(_("本周期还差"), missing_text(missing), days_left_text(decision) + _advice(decision, gap))


def _advice(decision: Decision, gap: Gap | None) -> str:
    parts = [item for item in decision.categories if item.missing]
    if len(parts) > 1:
        listed = _("、").join(
            f"{_(item.spoken)} {accrual.short(accrual.shown_missing(item.missing))}" for item in parts
        )
        return _("其中 %(listed)s。") % {"listed": listed}
    if gap is None:
        return _("这一类要由培训机构、企业或您本人申报，经认定后记入。")
    if not gap.courses:
        return _("这一类的课程正在准备。")
    if gap.each_closes:
        return _("学完下面任一门课即可达标。")
    if gap.together_close:
        return _("学完下面几门课即可达标。")
    return _("可以先学下面的课程。")


def _ended_headline(decision: Decision) -> Headline:
    window = decision.window
    ended = _("周期已于 %(day)s 结束。") % {"day": window.last_day.isoformat() if window else ""}
    if decision.state is State.COMPLETE:
        return Headline(_("这一周期"), _("已达标"), ended, "done")
    if decision.state is State.HOLD:
        detail = ended + _("总学时够，但有一类不足。规则没有写明后果，由主管部门决定，学时都保留。")
        return Headline(_("有一类学时不足，"), _("等待主管部门决定"), detail)
    why = [reason for reason in decision.reasons if reason.code in ("total_too_low", "not_working_in_post")]
    detail = ended + "".join(sentence_of(reason) for reason in why) + _("请联系培训机构报名；学时记录都保留。")
    return Headline(_("按规则"), _("须重新参加培训"), detail, "danger")


def _resolved_headline(decision: Decision, resolution: ResolutionFacts) -> Headline:
    day = decision.window.last_day.isoformat() if decision.window else ""
    told = {"day": day, "reason": resolution.reason}
    detail = _("周期已于 %(day)s 结束。主管部门的理由：%(reason)s") % told
    if resolution.outcome == "renew":
        return Headline(_("有一类学时不足，主管部门决定"), _("准予延续"), detail, "done")
    return Headline(_("有一类学时不足，主管部门决定"), _("须重新参加培训"), detail, "danger")


def what_if_of(line: CourseLine, rules: RuleSet | None) -> str:
    """Return what finishing a course would change; "" where nothing is asked for."""
    after = line.after
    if after is None:
        return ""
    name = next((_(item.spoken) for item in after.categories if line.ledger in item.counts), "")
    missing = next((item.missing for item in after.categories if line.ledger in item.counts), Fraction(0))
    if after.satisfied:
        words = _("如果学完这门：本周期达标。")
    elif name and not missing:
        left = missing_text(after.missing_sum)
        words = _("如果学完这门：%(name)s达标，本周期还差 %(missing)s。") % {"name": name, "missing": left}
    elif name:
        words = _("如果学完这门：%(name)s还差 %(missing)s。") % {"name": name, "missing": missing_text(missing)}
    else:
        words = _("如果学完这门：本周期还差 %(missing)s。") % {"missing": missing_text(after.missing_sum)}
    days = days_needed(line.left, rules) if rules else 1
    if days > 1:
        spread = ngettext("按每日上限，至少分 %(days)d 天。", "按每日上限，至少分 %(days)d 天。", days)
        words += spread % {"days": days}
    return words


def outlook_sentences(ahead: Outlook) -> tuple[str, ...]:
    """Return what is ahead, the nearest first."""
    found = []
    day = ahead.last_day.isoformat()
    if ahead.per_week is None:
        found.append(_("到 %(day)s 为止不用再学。") % {"day": day})
    else:
        listed = [f"{_(item.spoken)} {missing_text(item.missing)}" for item in ahead.missing]
        if ahead.missing_total:
            listed.append(_("任意类别 %(missing)s") % {"missing": missing_text(ahead.missing_total)})
        found.append(_("到 %(day)s 为止还要：%(listed)s。") % {"day": day, "listed": _("、").join(listed)})
        found.append(_("从现在起每周约 %(hours)s 就来得及。") % {"hours": missing_text(ahead.per_week)})
    if ahead.study_days > 1:
        found.append(
            ngettext(
                "网络课受每日上限，至少要 %(days)d 天。", "网络课受每日上限，至少要 %(days)d 天。", ahead.study_days
            )
            % {"days": ahead.study_days}
        )
    following = ahead.following
    found.append(
        _("下一周期：%(start)s 至 %(end)s，须 %(hours)s；多出的学时不转入。")
        % {
            "start": following.start.isoformat(),
            "end": following.last_day.isoformat(),
            "hours": hours_text(ahead.following_required),
        }
    )
    return tuple(found)


def check_word(state: str) -> str:
    """Return how a check of presence ended; an unknown code as it stands, so that nothing is hidden."""
    words = {
        "passed": _("在场核验通过"),
        "failed": _("在场核验未通过"),
        "missed": _("在场核验没有应答"),
        "proved": _("以其他方式核验"),
        "withdrawn": _("核验取消"),
    }
    return words.get(state, state)


def releases(state: EvidenceState) -> str:
    """Return what must happen before waiting hours count."""
    words = {
        EvidenceState.PROVISIONAL: _("核验通过后计入"),
        EvidenceState.TEST_PENDING: _("通过专项测试后计入"),
        EvidenceState.PENDING_REVIEW: _("审核认定后计入"),
    }
    return words.get(state, "")


def state_word(decision: Decision) -> tuple[str, str]:
    """Return the state of a cycle in words, and its colour."""
    words: Mapping[State, tuple[str, str]] = {
        State.NOT_STARTED: (_("尚未取证"), "neutral"),
        State.OPEN: (_("进行中"), "info"),
        State.COMPLETE: (_("已达标"), "done"),
        State.HOLD: (_("待主管部门决定"), "pending"),
        State.RETRAIN: (_("须重新培训"), "danger"),
    }
    if decision.state is State.OPEN and decision.satisfied:
        return _("已达标"), "done"
    return words[decision.state]


def explanations_of(decision: Decision) -> tuple[str, ...]:
    """Return the sentences beside the figures: everything that the page does not say anyway."""
    return tuple(sentence_of(reason) for reason in decision.reasons if reason.code not in SAID_ELSEWHERE)


# By the rings, the headline, or the mark beside the title.
SAID_ELSEWHERE = frozenset({"category_short", "total_short", "not_certified", "total_too_low", "ruleset_fictional"})


def sentence_of(reason: Reason) -> str:
    """Return a reason as a sentence. A code without words is shown as it stands, so that nothing is hidden."""
    words = SENTENCES.get(reason.code)
    return words(reason) if words else reason.code


def _amount(reason: Reason, key: str, *, missing: bool = False) -> str:
    value = reason[key]
    amount = value if isinstance(value, Fraction) else Fraction(int(str(value)))
    return missing_text(amount) if missing else hours_text(amount)


SENTENCES: Mapping[str, Callable[[Reason], str]] = {
    "not_certified": lambda r: _("还没有取得培训合格证，继续教育尚未开始。"),
    "not_working_in_post": lambda r: _("登记为不从事本岗位工作：按规则，周期结束时须重新参加培训。"),
    "total_too_low": lambda r: (
        _("周期累计 %(hours)s，不满 %(required)s。")
        % {"hours": _amount(r, "hours"), "required": _amount(r, "required")}
    ),
    "category_short": lambda r: (
        _("%(name)s还差 %(missing)s。") % {"name": _(str(r["name"])), "missing": _amount(r, "missing", missing=True)}
    ),
    "total_short": lambda r: _("总学时还差 %(missing)s。") % {"missing": _amount(r, "missing", missing=True)},
    "annual_short": lambda r: (
        _("第 %(year)s 年比每年的参考数少 %(missing)s。这只是提醒，不影响两年合计。")
        % {"year": r["year"], "missing": _amount(r, "missing", missing=True)}
    ),
    "annual_professional_short": lambda r: (
        _("第 %(year)s 年的专业知识比每年的参考数少 %(missing)s。这只是提醒。")
        % {"year": r["year"], "missing": _amount(r, "missing", missing=True)}
    ),
    "evidence_provisional": lambda r: _("%(hours)s暂记，核验通过后计入。") % {"hours": _amount(r, "hours")},
    "evidence_test_pending": lambda r: _("%(hours)s还没有通过专项测试，通过后计入。") % {"hours": _amount(r, "hours")},
    "evidence_pending_review": lambda r: _("%(hours)s待审，认定后计入。") % {"hours": _amount(r, "hours")},
    "evidence_rejected": lambda r: _("%(hours)s没有通过认定，不计入。") % {"hours": _amount(r, "hours")},
    "evidence_duplicate": lambda r: _("%(hours)s与其他记录重复，不计入。") % {"hours": _amount(r, "hours")},
    "over_daily_limit": lambda r: (
        _("%(day)s 观看超过每日上限的 %(hours)s不计入。") % {"day": r["day"], "hours": _amount(r, "hours")}
    ),
    "before_first_cycle": lambda r: (
        _("%(start)s 之前的 %(hours)s在第一个周期以外，不计入。") % {"start": r["start"], "hours": _amount(r, "hours")}
    ),
    "sequence_anomaly": lambda r: _("先学了在线课程，后完成企业培训。规则要求先企业、后在线；学时照常计入，只作标记。"),
    "late_upload": lambda r: (
        _("%(hours)s在周期结束以后才上报：按学习发生的日期计入，并作标记。") % {"hours": _amount(r, "hours")}
    ),
    "ruleset_draft": lambda r: (
        _("%(name)s的规则还是草案，这里的结果只供参考，不单独作为依据。") % {"name": _(str(r["name"]))}
    ),
    "ruleset_fictional": lambda r: _("这里用的是演示虚构的规则，与任何地区无关。"),
    "sync_blocked_post": lambda r: _("本岗位不在全国 13 个岗位之内：学时在本地区照常计入，但不能上传到全国系统。"),
}
