from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "lms.certificates"
    label = "certificates"

    def ready(self) -> None:
        from lms.certificates import log_kinds  # noqa: F401 — registers what this room logs
