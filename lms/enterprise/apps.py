from django.apps import AppConfig


class EnterpriseConfig(AppConfig):
    name = "lms.enterprise"
    label = "enterprise"

    def ready(self) -> None:
        from lms.enterprise import log_kinds, notice_kinds, receivers  # noqa: F401 — what this room logs, tells and hears
