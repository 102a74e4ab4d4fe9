"""Every piece of the house on one page, for whoever makes a page. Shown in the demo and while developing only."""

from datetime import date, timedelta
from fractions import Fraction

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET


class SampleForm(forms.Form):
    """A form with one field of each kind; bound with bad values it shows its errors."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=_("手机号"),
        help_text=_("用来登录和接收提醒。"),
        error_messages={"invalid": _("手机号应为 11 位数字，以 1 开头。")},
    )
    kind = forms.ChoiceField(label=_("证件类型"), choices=[("resident_id", _("居民身份证")), ("passport", _("护照"))])
    works_in_post = forms.ChoiceField(
        label=_("是否在岗"), choices=[("yes", _("在岗")), ("no", _("不在岗"))], widget=forms.RadioSelect
    )
    agrees = forms.BooleanField(label=_("我已阅读实名核验说明"))


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the pieces with figures that exercise their edges; 404 in production."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    today = timezone.localdate()
    sample = {
        "now": timezone.now(),
        "today": today,
        "start": date(today.year - 1, 5, 10),
        "end": today + timedelta(days=171),
        "earned": Fraction(239, 20),
        "needed": Fraction(12),
        "gap": Fraction(1, 20),
        "watched_ms": 760_400,
        "categories": [
            (_("网络 · 通用"), 20, 20, "done", _("已达标")),
            (_("网络 · 专业"), 10, 12, "pending", _("差 2 学时")),
            (_("面授 / 直播"), 0, 8, "neutral", _("未开始")),
            (_("自主学习"), Fraction(239, 10), 24, "danger", _("差 0.1 学时")),
        ],
        "sites": [(_("渝北一标"), 210, 94, 58, 18), (_("南岸地铁"), 260, 72, 29, 9), (_("机关本部"), 306, 43, 11, 6)],
        "person_marks": [
            (str(_("网络 · 通用")), "done"),
            (str(_("网络 · 专业")), "pending"),
            (str(_("面授 / 直播")), "danger"),
            (str(_("自主学习")), "neutral"),
        ],
        "people": ["桩小刚", "檩小雨"],
        "form": SampleForm({"name": "", "phone": "12345", "kind": "resident_id", "works_in_post": "yes"}),
        "trail": [(_("课程"), "/courses/"), (_("土建施工员"), "/courses/")],
        "tabs": [(_("按类别"), "#tabs", True), (_("按时间"), "#tabs", False), (_("证据"), "#tabs", False)],
        "numbers": Paginator(range(60), 20).page(2),
    }
    return render(request, "styleguide.html", sample)
