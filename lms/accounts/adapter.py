"""What allauth must know about our persons: phones, names, and how a TOTP secret lies in the database."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts import field_encryption
from lms.accounts.domain.phone import normalise_phone
from lms.accounts.domain.refusals import BadPhone, BadSignInName
from lms.accounts.domain.sign_in_name import normalise_sign_in_name
from lms.accounts.models import User
from lms.accounts.phone_field import PhoneField
from lms.accounts.sentences import SENTENCES, sentence_for

WRONG_NAME_OR_PASSWORD = _("手机号、用户名或密码不正确。请核对后重新输入；忘记密码请联系所在单位的管理员重置。")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-in by phone or by name. No SMS is sent in this version: a phone counts as given, not as proved."""

    # One sentence for a wrong name and for a wrong password: who has an account here is nobody's business.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG_NAME_OR_PASSWORD,
        "phone_password_mismatch": WRONG_NAME_OR_PASSWORD,
        "too_many_login_attempts": _("密码错误次数过多，登录已暂停。请过几分钟再试；忘记密码请联系单位管理员。"),
        "phone_taken": SENTENCES["phone_taken"],
        "username_taken": SENTENCES["name_taken"],
        "incorrect_password": _("当前密码不正确，请重新输入。"),
        "enter_current_password": _("请输入当前密码。"),
        "account_inactive": _("此账号已停用。请联系所在单位的管理员。"),
        "rate_limited": _("操作太频繁，请稍候一分钟再试。"),
    }

    def get_login_stages(self) -> list[str]:
        """Return what stands between the password and the door: the second factor.

        allauth's other stages prove phones and e-mails, and the one for phones turns away whoever has none.
        """
        return ["allauth.mfa.stages.AuthenticateStage"]

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        """Return the stored form of a phone; raises ValidationError with a sentence that does not repeat it."""
        try:
            return normalise_phone(phone, fictional_allowed=settings.DEMO)
        except BadPhone as error:
            raise ValidationError(sentence_for(error), code=error.code) from None

    def clean_username(self, username: str, shallow: bool = False) -> str:
        try:
            name = normalise_sign_in_name(username)
        except BadSignInName as error:
            raise ValidationError(sentence_for(error), code=error.code) from None
        return str(super().clean_username(name, shallow=shallow))

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = phone
        user.phone_verified_at = timezone.now() if verified else None
        user.save(update_fields=["phone", "phone_verified_at"])

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return who signs in by this phone, in whatever form it was typed; None for nobody or for no phone."""
        try:
            return User.objects.filter(phone=self.clean_phone(phone)).first()
        except ValidationError:
            return None

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Refuse: phones are not verified here (ACCOUNT_PHONE_VERIFICATION_ENABLED is off), so nobody may ask for a code.

        Codes of other rooms go out through lms.notices, which stands above this one.
        """
        raise ImproperlyConfigured("ACCOUNT_PHONE_VERIFICATION_ENABLED is off: no code is sent from here")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits are counted by; `unknown` over a unix socket without a proxy header."""
        return str(get_client_ip(request) or "unknown")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say nothing on signing in and out: the page that follows says it."""
        template = kwargs.get("message_template") or (args[0] if args else None)
        if template not in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            super().add_message(request, level, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """TOTP secrets and recovery seeds lie sealed, as document numbers do."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不正确。请输入验证器上此刻显示的 6 位数字；若一直不对，请核对手机时间。"),
    }

    def encrypt(self, text: str) -> str:
        return urlsafe_b64encode(field_encryption.seal(text, context="second_factor")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return field_encryption.unseal(urlsafe_b64decode(encrypted_text), context="second_factor")
