from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "lms.config"
    label = "house"

    def ready(self) -> None:
        from lms.config import log_kinds  # noqa: F401 — registers what the house logs
