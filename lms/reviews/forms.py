"""What people type into claims and decisions, as clean values."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from lms.credit.queries import HoldFacts
from lms.reviews.actions import Draft
from lms.reviews.domain.claim import Deed
from lms.reviews.models import ClaimKind

HOURS = {"inputmode": "decimal", "step": "0.5", "min": "0.5"}


class ClaimForm(forms.Form):
    """What a learner claims."""

    kind = forms.TypedChoiceField(label=_("种类"), coerce=int)
    title = forms.CharField(label=_("内容"), max_length=120, help_text=_("例如：盘扣式脚手架专项技术培训"))
    activity_day = forms.DateField(
        label=_("完成日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    units = forms.IntegerField(
        label=_("数量"), min_value=1, max_value=200, initial=1, help_text=_("按种类的单位：学时、天或篇。")
    )
    hours = forms.DecimalField(
        label=_("申报学时"),
        min_value=Decimal("0.5"),
        max_value=200,
        max_digits=5,
        decimal_places=1,
        help_text=_("最小单位 0.5；认定多少以审核为准。"),
        widget=forms.NumberInput(attrs=HOURS),
    )
    words = forms.CharField(label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, data: QueryDict | None, *, kinds: Iterable[ClaimKind], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.kinds = tuple(kinds)
        self.fields["kind"] = forms.TypedChoiceField(
            label=_("种类"), coerce=int, choices=[(kind.pk, kind.name) for kind in self.kinds]
        )
        self.order_fields(["kind", "title", "activity_day", "units", "hours", "words"])

    def clean_activity_day(self) -> date:
        day: date = self.cleaned_data["activity_day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("完成日期不能晚于今天。"))
        return day

    def draft(self) -> Draft:
        """Return what was typed; after is_valid()."""
        given = self.cleaned_data
        return Draft(given["title"], given["words"], given["activity_day"], given["units"], given["hours"])


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several files at once."""

    allow_multiple_selected = True


class EvidenceForm(forms.Form):
    """Files of a claim. Their content is judged by the action."""

    papers = forms.FileField(
        label=_("证明材料"),
        help_text=_("JPEG、PNG 或 PDF，每份不超过 10 MB，PDF 不超过 30 页。"),
        widget=FilesInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf", "multiple": True}),
    )

    def __init__(
        self, data: QueryDict | None = None, files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None
    ) -> None:
        super().__init__(data, files)
        self.uploads: list[UploadedFile[bytes]] = list(files.getlist("papers")) if files is not None else []


class ReasonForm(forms.Form):
    """Why. For an appeal."""

    reason = forms.CharField(label=_("申诉理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(forms.Form):
    """What a reviewer decides, with the reason always."""

    deed = forms.ChoiceField(choices=[(deed.value, deed.value) for deed in (Deed.ACCEPT, Deed.RETURN, Deed.REJECT)])
    hours = forms.DecimalField(
        label=_("认定学时"),
        required=False,
        min_value=Decimal("0.5"),
        max_value=200,
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput(attrs=HOURS),
    )
    duplicate = forms.BooleanField(label=_("因材料重复不计"), required=False)
    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("学员会看到。")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("deed") == Deed.ACCEPT and given.get("hours") is None and "hours" not in self.errors:
            self.add_error("hours", _("认定时须写明学时。"))
        return given


class HoldForm(forms.Form):
    """What an authority decides about a cycle on hold."""

    licence = forms.UUIDField(widget=forms.HiddenInput)
    cycle = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(
        label=_("决定"), choices=[("renew", _("准予延续")), ("retrain", _("须重新培训"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("持证人会看到，并留在日志里。"),
    )

    @classmethod
    def for_hold(cls, hold: HoldFacts, data: QueryDict | None = None) -> "HoldForm":
        """Return an empty form of one hold, with ids of its own on a page of many."""
        first = {"licence": hold.licence.uuid, "cycle": hold.cycle}
        return cls(data, initial=first, auto_id=f"id_{hold.licence.uuid.hex[:8]}_{hold.cycle}_%s")


class KindForm(forms.Form):
    """What a region's table says of one kind."""

    kind = forms.IntegerField(widget=forms.HiddenInput)
    hours_per_unit = forms.DecimalField(
        label=_("每单位学时"),
        min_value=0,
        max_value=200,
        max_digits=5,
        decimal_places=2,
        help_text=_("0 表示没有规定，由审核员认定。"),
    )
    most_hours = forms.DecimalField(
        label=_("一次最多（学时）"), required=False, min_value=0, max_value=200, max_digits=5, decimal_places=2
    )
    second_from_hours = forms.DecimalField(
        label=_("复审从（学时）"),
        required=False,
        min_value=0,
        max_value=200,
        max_digits=5,
        decimal_places=2,
        help_text=_("认定达到此数须另一人复审；0 表示一律复审，留空表示不复审。"),
    )
    is_open = forms.BooleanField(label=_("可以申报"), required=False)
    reason = forms.CharField(label=_("修改理由"), max_length=300)
