"""Who may hold an enrolment back. A room above registers its gate when Django starts; this one knows none of them by name.

A gate is asked only when a person enrols by themselves: what was begun goes on, and hours that were earned stay.
"""

from collections.abc import Callable
from datetime import datetime

from content.domain.outline import Outline

# Returns why this learner may not enrol in this edition now, as a sentence for them; "" = nothing against it.
Gate = Callable[[int, Outline, datetime], str]

_gates: dict[str, Gate] = {}


def register(name: str, gate: Gate) -> None:
    """Add a gate, or put another in the place of the one with this name."""
    _gates[name] = gate


def held_back(learner_id: int, outline: Outline, at: datetime) -> str:
    """Return the first reason against an enrolment, "" for none."""
    return next((why for gate in _gates.values() if (why := gate(learner_id, outline, at))), "")
