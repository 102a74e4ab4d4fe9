from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "lms.enrolment"
    label = "enrolment"

    def ready(self) -> None:
        from lms.enrolment import log_kinds  # noqa: F401 — registers what this room logs
