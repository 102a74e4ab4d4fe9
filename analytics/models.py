"""Where Django looks for this app's tables; they live in their rooms."""

from analytics.audit.models import CaseEntry, CaseFile, ExplanationRequest, HeldWords, LogExport, SavedFilter
from analytics.card_index.models import Addend, Card, Figure, FilingState, Heading, Standing, Study, Taught
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
    "Addend",
    "Card",
    "CaseEntry",
    "CaseFile",
    "Cosignature",
    "DailyLearner",
    "DailyTotal",
    "ExplanationRequest",
    "Figure",
    "FilingState",
    "Heading",
    "HeldWords",
    "Label",
    "LogArrival",
    "LogExport",
    "LogNode",
    "LogPosition",
    "LogRecord",
    "RollUpState",
    "SavedFilter",
    "Standing",
    "Study",
    "Taught",
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
