"""What managers and invited persons type, as clean values."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from lms.enterprise.domain.invitation import PROOF_CHARACTERS
from lms.enterprise.domain.roster_columns import FIELDS, NEEDED, column_choices
from lms.enterprise.domain.roster_file import MOST_BYTES
from lms.enterprise.import_sentences import FIELD_NAMES, sentence_of_code


class ListForm(forms.Form):
    """A list of staff."""

    list = forms.FileField(
        label=_("员工名单"), help_text=_("Excel 或 WPS 的 .xlsx，或 CSV。列名随意，下一步核对；不超过 10 MB、10 万行。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )  # fmt: skip

    def clean_list(self) -> Any:
        given = self.cleaned_data["list"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(sentence_of_code("file_too_large"))
        return given


class ColumnsForm(forms.Form):
    """Which column of a sheet holds what. headings: of the sheet; found: field → column, as guessed or chosen before."""

    def __init__(
        self, *args: Any, headings: Sequence[str], found: dict[str, int], head_known: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("（没有这一列）")), *((str(at), heading) for at, heading in column_choices(headings))]
        for field in FIELDS:
            needed = field in NEEDED
            self.fields[field] = forms.ChoiceField(
                label=FIELD_NAMES[field],
                choices=choices[1:] if needed and field in found else choices,
                required=needed,
                initial=str(found[field]) if field in found else "",
            )

        if not head_known:
            self.fields["has_head"] = forms.BooleanField(
                label=_("第一行是列名"), required=False, initial=True, help_text=_("第一行已经是一个人的，请去掉勾选。")
            )

    def columns(self) -> dict[str, int]:
        """Return field → column; after is_valid()."""
        return {field: int(at) for field, at in self.cleaned_data.items() if field in FIELDS and at}

    def has_head(self) -> bool:
        """Say whether the first row holds headings; after is_valid()."""
        return bool(self.cleaned_data.get("has_head", True))


class JoinForm(forms.Form):
    """The first sign-in: who it is, a password of their own, and their own word."""

    proof = forms.CharField(
        label=_("证件号码后六位"), min_length=PROOF_CHARACTERS, max_length=PROOF_CHARACTERS,
        help_text=_("核对您是本人。末位是 X 的，也要输 X。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("设置密码"), strip=False, help_text=_("至少 8 个字符，只有您自己知道。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("再输入一次密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    agrees = forms.BooleanField(
        label=_("我自愿参加，同意本单位为我报名继续教育，并查看我的学时与证书情况"),
        error_messages={"required": _("参加须出于自愿：同意后才能继续；不参加请点下面的“不参加”。")},
    )

    def __init__(self, *args: Any, person_name: str, username: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = get_user_model()(name=person_name, username=username)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        password, again = given.get("password"), given.get("again")
        if password:
            try:
                validate_password(password, self._person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        if password and again and password != again:
            self.add_error("again", _("两次输入的密码不一样。"))
        return given


class DeclineForm(forms.Form):
    """The end of the document, to say no with."""

    proof = JoinForm.base_fields["proof"]
