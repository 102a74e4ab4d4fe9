"""What officers write about a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.certificates.domain.facts import CertificateFacts
from lms.certificates.models import ChangeProposal


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


class DecisionForm(forms.Form):
    """Another officer's answer to a proposal."""

    agree = forms.TypedChoiceField(
        label=_("复核结果"),
        choices=[("yes", _("同意并执行")), ("no", _("不同意"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(label=_("复核意见"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
