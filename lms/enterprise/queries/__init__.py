"""What an employer, a learner and a reviewer see of training at work."""

from lms.enterprise.queries.training import (
    AttendanceFacts,
    TrainingFacts,
    TrainingPage,
    may_run,
    queue_of,
    training_for_learner,
    training_for_manager,
    training_for_reviewer,
    trainings_of,
    trainings_to_join,
)

__all__ = [
    "AttendanceFacts",
    "TrainingFacts",
    "TrainingPage",
    "may_run",
    "queue_of",
    "training_for_learner",
    "training_for_manager",
    "training_for_reviewer",
    "trainings_of",
    "trainings_to_join",
]
