"""What persons type about themselves, as clean values."""

from datetime import date
from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content.domain.posts import POSTS, Post
from lms.accounts import actions
from lms.accounts.domain.id_document import check_document
from lms.accounts.domain.licence import check_licence, normalise_number
from lms.accounts.domain.provinces import PROVINCES
from lms.accounts.domain.refusals import AccountsError
from lms.accounts.models import Identity, User
from lms.accounts.roles import Role
from lms.accounts.sentences import SENTENCES, sentence_for


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """One field for phone or name, one for the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("手机号或用户名")
        self.fields["login"].widget.attrs.update({"placeholder": "", "autocomplete": "username", "autofocus": True})
        self.fields["password"].label = _("密码")
        self.fields["password"].widget.attrs.update({"placeholder": "", "autocomplete": "current-password"})
        self.fields["password"].help_text = ""
        if "remember" in self.fields:
            self.fields["remember"].label = _("在这台设备上保持登录")


class RegisterForm(SignupForm):  # type: ignore[misc]  # allauth has no types
    """A certificate holder makes an account. The legal name and the document come later, on their own page."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "phone", "username", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("与岗位证书上的姓名一致。")
        self.fields["phone"].label = _("手机号")
        self.fields["phone"].help_text = _("用它登录，也用它找回账号。")
        self.fields["username"].label = _("用户名")
        self.fields["username"].help_text = _("2 个字符以上，同事看得见；不要用手机号或证件号。")
        self.fields["password1"].label = _("密码")
        self.fields["password2"].label = _("再输入一次密码")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Register the person; when somebody took the name in the same second, say so and begin again."""
        try:
            return self.save(request), None
        except AccountsError as error:
            messages.error(request, sentence_for(error))
            return None, redirect("account_signup")

    def save(self, request: HttpRequest) -> User:
        at = timezone.now()
        user = actions.register_person(
            username=self.cleaned_data["username"],
            name=self.cleaned_data["name"],
            phone=self.cleaned_data["phone"],
            password=self.cleaned_data["password1"],
            at=at,
            by=None,
        )
        actions.grant_role(user=user, role=Role.LEARNER, at=at, by=None)
        return user


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code after the password: of the authenticator, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_code(self.fields["code"], _("6 位验证码，或 8 位恢复码"))


class SecondFactorAgainForm(ReauthenticateForm):  # type: ignore[misc]  # likewise
    """The code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_code(self.fields["code"], _("6 位验证码，或 8 位恢复码"))


class ActivateSecondFactorForm(ActivateTOTPForm):  # type: ignore[misc]  # likewise
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_code(self.fields["code"], _("验证器上的 6 位验证码"))


class UnlockForm(PasswordAgainForm):  # type: ignore[misc]  # likewise
    """The password once more, of the person whose browser is locked. Counted and limited as at the sign-in page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.label = _("密码")
        field.help_text = ""
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["autofocus"] = True


def _dress_code(field: forms.Field, label: Any) -> None:
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True})


class ForgetfulTextInput(forms.TextInput):
    """A text field that is sent back empty, so that a document number never stands in a page that we write."""

    def format_value(self, value: Any) -> None:
        return None


class IdentityForm(forms.Form):
    kind = forms.ChoiceField(label=_("证件类型"), choices=Identity.Kind.choices)
    legal_name = forms.CharField(label=_("证件姓名"), max_length=60)
    number = forms.CharField(
        label=_("证件号码"),
        max_length=40,
        widget=ForgetfulTextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("加密保存，页面只显示末几位。提交失败时需要重新输入号码。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "kind" in cleaned and "number" in cleaned:
            try:
                check_document(
                    cleaned["kind"], cleaned["number"], today=timezone.localdate(), fictional_allowed=settings.DEMO
                )
            except AccountsError as error:
                self.add_error("number", sentence_for(error))
        return cleaned


def posts_by_family() -> list[Any]:
    """Return the choices of a post, under the headings by which holders look for them, in the reader's language."""
    families: dict[str, list[tuple[str, str]]] = {}
    for post in POSTS:
        families.setdefault(post.family, []).append((post.code, _post_name(post)))
    return [("", _("请选择")), *families.items()]


def regions() -> list[Any]:
    """Return the choices of an issuing region; a demo has one more, said to be fictional."""
    fictional = [("999900", _("演示区（虚构，1 分钟记 1 学时）"))] if settings.DEMO else []
    return [("", _("请选择")), *PROVINCES.items(), *fictional]


def _post_name(post: Post) -> str:
    return post.english_name if (get_language() or "").startswith("en") else post.name


class LicenceForm(forms.Form):
    """A certificate as its holder reads it off the paper. Which rules apply follows from the region, and is not asked."""

    post_code = forms.ChoiceField(
        label=_("岗位"), choices=posts_by_family, error_messages={"invalid_choice": SENTENCES["post_unknown"]}
    )
    number = forms.CharField(label=_("证书编号"), max_length=40, required=False)
    issued_on = forms.DateField(
        label=_("发证日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    region_code = forms.ChoiceField(
        label=_("发证地区"), choices=regions, error_messages={"invalid_choice": SENTENCES["region_unknown"]}
    )
    works_in_post = forms.BooleanField(label=_("我目前从事这个岗位的工作"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].help_text = _("照证书填写。还没有取得证书的，编号和发证日期都留空。")
        self.fields["issued_on"].help_text = _("证书上印的日期；继续教育周期从这一天起算。")
        self.fields["region_code"].help_text = _("继续教育规则由发证地区决定；没有地方规则的，按全国规则。")

    def clean_number(self) -> str:
        return normalise_number(self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            issued_on: date | None = cleaned["issued_on"]
            today = timezone.localdate()
            try:
                check_licence(
                    cleaned["number"], issued_on, cleaned["region_code"], today=today, fictional_allowed=settings.DEMO
                )
            except AccountsError as error:
                self.add_error("number" if error.code == "number_shape" else "issued_on", sentence_for(error))
        return cleaned
