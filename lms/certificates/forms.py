"""What officers write about a certificate."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.domain.posts import POSTS
from lms.certificates.domain.facts import CertificateFacts
from lms.certificates.models import ChangeProposal
from lms.certificates.paper_queries import Wish
from lms.certificates.verification import LONGEST_NAME, LONGEST_NUMBER


class ChangeForm(forms.Form):
    """A revocation or a correction, with its reason. A field that is left as it stands is not corrected."""

    kind = forms.ChoiceField(label=_("事项"), choices=ChangeProposal.Kind.choices, widget=forms.RadioSelect)
    holder_name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    issued_on = forms.DateField(label=_("发证日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def changes_to(self, facts: CertificateFacts) -> dict[str, str]:
        """Return the fields that differ from what stands on the certificate."""
        name, day = self.cleaned_data["holder_name"], self.cleaned_data["issued_on"]
        found = {}
        if name and name != facts.holder_name:
            found["holder_name"] = name
        if day and day != facts.issued_on:
            found["issued_on"] = day.isoformat()
        return found


class VerifyForm(forms.Form):
    """What a stranger knows of a certificate."""

    number = forms.CharField(label=_("证书编号"), max_length=LONGEST_NUMBER)
    name = forms.CharField(label=_("姓名"), max_length=LONGEST_NAME)


class ProofForm(forms.Form):
    """The check code of a proof of hours."""

    code = forms.CharField(label=_("校验码"), max_length=12)


class DecisionForm(forms.Form):
    """Another officer's answer to a proposal."""

    agree = forms.TypedChoiceField(
        label=_("复核结果"),
        choices=[("yes", _("同意并执行")), ("no", _("不同意"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(label=_("复核意见"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class WaitingForm(forms.Form):
    """What an authority decides about a renewal under draft rules."""

    outcome = forms.ChoiceField(
        label=_("决定"), choices=[("renew", _("准予延续")), ("retrain", _("须重新培训"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("持证人会看到，并留在日志里。"),
    )


class PaperForm(forms.Form):
    """What somebody says who holds an old paper certificate."""

    region_code = forms.ChoiceField(label=_("发证地区"))
    old_number = forms.CharField(label=_("旧证编号"), max_length=40)
    old_post = forms.ChoiceField(
        label=_("旧证岗位"),
        choices=[(family, family) for family in dict.fromkeys(post.family for post in POSTS)],
        help_text=_("旧证上印的岗位。安全员没有全国编号，可以自愿换发施工员或质量员。"),
    )
    new_post_code = forms.ChoiceField(
        label=_("换发岗位"), choices=[(post.code, post.name) for post in POSTS if post.is_national]
    )
    says_healthy = forms.BooleanField(label=_("我声明：身体健康，能从事本岗位工作"), required=False)
    says_no_bad_record = forms.BooleanField(label=_("我声明：没有不良行为记录"), required=False)

    def __init__(self, *args: Any, regions: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region_code"] = forms.ChoiceField(label=_("发证地区"), choices=list(regions))

    def wish(self) -> Wish:
        """Return what was written, as the rules read it."""
        return Wish(**{**self.cleaned_data, "old_number": self.cleaned_data["old_number"].strip().upper()})
