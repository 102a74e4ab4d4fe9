"""What this room tells rooms above it."""

from django.dispatch import Signal

# A person decided held time, inside the transaction of the decision. hold_uuid; learner_id; subject_uuid (UUID | None);
# outcome: release or refuse, as it stands now; reason: its words; appealed (bool); at.
# A proposal decides nothing and is not told.
hold_decided = Signal()
