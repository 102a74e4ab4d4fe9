"""Where Django looks for this app's tables; they live in their rooms."""

from analytics.dashboards.models import DailyLearner, DailyTotal, RollUpState
from analytics.learning_log.models import (
    Cosignature,
    Label,
    LogArrival,
    LogNode,
    LogPosition,
    LogRecord,
    TreeHead,
)
from analytics.xapi.models import (
    XapiActivity,
    XapiAttachment,
    XapiClient,
    XapiDocument,
    XapiMention,
    XapiReference,
    XapiRollUp,
    XapiStatement,
)

__all__ = [
    "Cosignature",
    "DailyLearner",
    "DailyTotal",
    "Label",
    "LogArrival",
    "LogNode",
    "LogPosition",
    "LogRecord",
    "RollUpState",
    "TreeHead",
    "XapiActivity",
    "XapiAttachment",
    "XapiClient",
    "XapiDocument",
    "XapiMention",
    "XapiReference",
    "XapiRollUp",
    "XapiStatement",
]
