from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "lms.notices"
    label = "notices"

    def ready(self) -> None:
        from lms.notices import log_kinds, receivers  # noqa: F401 — registers what this room logs, and hears the bell
