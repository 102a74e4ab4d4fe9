"""What people type about training, as clean values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.enterprise.actions import Plan
from lms.enterprise.domain.place import Fix
from lms.enterprise.domain.training import State

_MOMENT = {"type": "datetime-local"}
_DEGREES = {"inputmode": "decimal", "step": "0.000001"}


class PlanForm(forms.Form):
    """The plan of a session."""

    title = forms.CharField(label=_("培训内容"), max_length=120)
    plan = forms.CharField(
        label=_("培训计划"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("课目、讲师、考核方式等。"),
    )  # fmt: skip
    starts_at = forms.DateTimeField(label=_("开始"), widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=_MOMENT))
    ends_at = forms.DateTimeField(label=_("结束"), widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=_MOMENT))
    place = forms.CharField(label=_("地点"), max_length=120)
    latitude = forms.DecimalField(
        label=_("纬度"), required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6,
        widget=forms.NumberInput(attrs=_DEGREES), help_text=_("填了经纬度，签到时就核对地点。"),
    )  # fmt: skip
    longitude = forms.DecimalField(
        label=_("经度"), required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6,
        widget=forms.NumberInput(attrs=_DEGREES),
    )  # fmt: skip
    radius_metres = forms.IntegerField(label=_("范围（米）"), min_value=50, max_value=5000, initial=300)

    asks_for_photo = forms.BooleanField(
        label=_("签到时请员工拍一张照片"), required=False,
        help_text=_("照片只供审核员查看，不作人脸比对；员工可以不拍。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        starts, ends = given.get("starts_at"), given.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("结束时间须在开始之后。"))
        return given

    def as_plan(self) -> Plan:
        """Return what was typed; after is_valid()."""
        return Plan(**self.cleaned_data)


class SheetForm(forms.Form):
    """A spreadsheet of past training."""

    title = forms.CharField(label=_("这批记录叫什么"), max_length=120, help_text=_("例如：2026 年上半年企业集中培训"))
    sheet = forms.FileField(
        label=_("表格"), help_text=_("第一行写列名：姓名、证件号码、培训日期、培训内容、学时。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods"}),
    )  # fmt: skip


class PaperForm(forms.Form):
    """A photo or the sign-in sheet."""

    paper = forms.FileField(
        label=_("现场照片、签到表"), help_text=_("JPEG、PNG 或 PDF，每份不超过 10 MB。"),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
    )  # fmt: skip


class SignForm(forms.Form):
    """The code from the wall, and where the phone says it is."""

    code = forms.CharField(
        label=_("现场码"), max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9]{6}"}),
    )  # fmt: skip
    photo = forms.FileField(
        label=_("签到照片（可以不拍）"), required=False,
        help_text=_("本人在培训现场的照片，供审核员核对，随培训材料保存 5 年，不作人脸比对。不拍不影响签到。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "user"}),
    )  # fmt: skip
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)

    def fix(self) -> Fix | None:
        """Return where the phone is; after is_valid(). None when it did not say."""
        given = self.cleaned_data
        if None in (given["latitude"], given["longitude"], given["accuracy"]):
            return None
        return Fix(given["latitude"], given["longitude"], given["accuracy"])


class DecideForm(forms.Form):
    """What a reviewer decides about a training."""

    to = forms.ChoiceField(choices=[(to.value, to.value) for to in (State.ACCEPTED, State.RETURNED, State.REJECTED)])
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
