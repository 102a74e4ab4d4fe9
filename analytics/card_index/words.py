"""What figures, steps and headings are called."""

from django.utils.translation import gettext_lazy as _

STEPS = {
    "step_enrolled": _("已报名"),
    "step_started": _("已开始学"),
    "step_half": _("学到一半"),
    "step_complete": _("学时记满"),
    "step_renewed": _("证书延续"),
}
CHARTS = {
    "active_learners": _("每天学习的人数"),
    "watched_ms": _("每天新计的时间"),
    "steps": _("从报名到证书延续"),
    "awarded_seconds": _("记入的学时（按类别）"),
    "refused_ms": _("未计的时间（按原因）"),
    "checks": _("在场核验（按结果）"),
    "enrolled": _("每天报名"),
    "sign_ins": _("每天登录"),
    "by_region": _("记入的学时（按地区）"),
    "by_post": _("记入的学时（按岗位）"),
    "by_company": _("记入的学时（按企业）"),
    "by_institution": _("记入的学时（按培训机构）"),
}
FIGURES = {**CHARTS, **STEPS}
FACETS = {
    "company": _("企业"),
    "institution": _("培训机构"),
    "region": _("地区"),
    "post": _("岗位"),
    "device": _("浏览器"),
    "network": _("网络地址"),
}
ALL = {
    "company": _("全部企业"),
    "institution": _("全部培训机构"),
    "region": _("全部地区"),
    "post": _("全部岗位"),
}
