from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "lms.classroom"
    label = "classroom"

    def ready(self) -> None:
        from lms.classroom import log_kinds, notice_kinds, receivers  # noqa: F401 — registers what this room tells; hears who signs out
