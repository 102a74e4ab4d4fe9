from django.apps import AppConfig


class ClassroomConfig(AppConfig):
    name = "lms.classroom"
    label = "classroom"

    def ready(self) -> None:
        from lms.classroom import receivers  # noqa: F401 — hear who signs out
