from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommerceConfig(AppConfig):
    name = "lms.commerce"
    verbose_name = _("订单与席位")

    def ready(self) -> None:
        from lms.commerce import log_kinds, notice_kinds, receivers  # noqa: F401 — registers the kinds of record, and hears the bell
