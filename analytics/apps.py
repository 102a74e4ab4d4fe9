"""The app as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """Analytics: label `analytics`; registers the reading room's own kinds of record when Django starts."""

    name = "analytics"
    verbose_name = _("学习日志")

    def ready(self) -> None:
        """Make the kinds known before the first deed."""
        import analytics.audit.case_log_kinds
        import analytics.audit.log_kinds
        import analytics.dashboards.log_kinds
        import analytics.learning_log.log_kinds
        import analytics.xapi.log_kinds  # noqa: F401 — imported for what they register
