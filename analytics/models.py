"""Where Django looks for this app's tables; they live in their rooms."""

from analytics.learning_log.models import Label, LogRecord

__all__ = ["Label", "LogRecord"]
