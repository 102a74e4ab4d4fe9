from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "lms.certificates"
    label = "certificates"

    def ready(self) -> None:
        from lms.certificates import log_kinds, notice_kinds, receivers  # noqa: F401 — registers, and hears the bell
