"""Who may enter the reading room. Asked inside every deed and every look; the pages ask it as well, to say why."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

PERMISSION = "analytics.view_logrecord"


def must_be_allowed(by: AbstractUser) -> None:
    """Raise PermissionDenied, with the reason in words, for whoever may not read the log."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(gettext("日志只对审计员开放，您的账号没有这一角色。如需查阅，请联系系统管理员。"))
