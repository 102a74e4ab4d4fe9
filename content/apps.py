from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        from content import log_kinds  # noqa: F401 — registers what this room logs
