"""The one bell of the house. It rings after the commit of the deed, once a record."""

from django.dispatch import Signal

# Keyword arguments: record_id (int), kind (str), learner_id (int | None), subject (str).
# A receiver asks a task and does nothing else; one that fails is written to the operator's log and stops nobody.
record_appended = Signal(use_caching=True)
