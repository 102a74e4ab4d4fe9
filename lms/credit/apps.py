from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "lms.credit"
    label = "credit"

    def ready(self) -> None:
        from lms.credit import log_kinds, receivers  # noqa: F401 — registers what this room logs, and hears the bell
        from lms.credit.gate import earlier_step_first
        from lms.enrolment.gates import register

        register("credit.sequence", earlier_step_first)
