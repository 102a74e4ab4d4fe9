from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "lms.credit"
    label = "credit"

    def ready(self) -> None:
        from lms.credit import log_kinds, receivers  # noqa: F401 — registers what this room logs, and hears the bell
