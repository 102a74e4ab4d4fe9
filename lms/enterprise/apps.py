from django.apps import AppConfig


class EnterpriseConfig(AppConfig):
    name = "lms.enterprise"
    label = "enterprise"

    def ready(self) -> None:
        from lms.enterprise import log_kinds, notice_kinds  # noqa: F401 — registers what this room logs and tells people
