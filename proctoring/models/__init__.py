"""The tables of face checks: consent and keys, faces, sessions with their checks, holds and their decisions."""

from proctoring.models.consents import Consent, PersonKey
from proctoring.models.faces import FaceIndex, FacePicture, FaceTemplate, PictureView
from proctoring.models.holds import HandOver, Hold, HoldDecision, ReviewCase
from proctoring.models.sessions import FaceCheck, FaceSession, FaceTry, PresencePolicy, PresencePolicyInForce

__all__ = [
    "Consent",
    "FaceCheck",
    "FaceIndex",
    "FacePicture",
    "FaceSession",
    "FaceTemplate",
    "FaceTry",
    "HandOver",
    "Hold",
    "HoldDecision",
    "PersonKey",
    "PictureView",
    "PresencePolicy",
    "PresencePolicyInForce",
    "ReviewCase",
]
