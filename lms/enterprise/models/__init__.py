"""The tables of this room: one noun a file."""

from lms.enterprise.models.training import Attendance, Training

__all__ = ["Attendance", "Training"]
