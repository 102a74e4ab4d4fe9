from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "lms.exchange"
    label = "exchange"

    def ready(self) -> None:
        from lms.exchange import log_kinds, receivers  # noqa: F401 — registers what this room logs, and hears the bell
