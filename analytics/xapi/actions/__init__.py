"""What programs and administrators do to the store."""

from analytics.xapi.actions.clients import PERMISSION, NoSuchClient, create_client, revoke_client
from analytics.xapi.actions.documents import (
    Conditions,
    Failed,
    Freely,
    Unconditional,
    Unforeseen,
    delete_document,
    empty_shelf,
    put_document,
)
from analytics.xapi.actions.reading import note_names, note_person
from analytics.xapi.actions.rolling_up import roll_up
from analytics.xapi.actions.storing import Conflict, Sender, store

__all__ = [
    "PERMISSION",
    "Conditions",
    "Conflict",
    "Failed",
    "Freely",
    "NoSuchClient",
    "Sender",
    "Unconditional",
    "Unforeseen",
    "create_client",
    "delete_document",
    "empty_shelf",
    "note_names",
    "note_person",
    "put_document",
    "revoke_client",
    "roll_up",
    "store",
]
